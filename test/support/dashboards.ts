// What the dashboards of devmesh ask Prometheus.
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {repository} from './user.ts';

export interface DashboardQuery {
	/** Such as `mesh › Failures`. */
	readonly where: string;
	readonly expression: string;
}

interface Dashboard {
	readonly annotations: {readonly list: readonly {readonly name: string; readonly expr: string}[]};
	readonly templating: {readonly list: readonly {readonly name: string; readonly definition: string}[]};
	readonly panels: readonly {readonly title: string; readonly targets?: readonly {readonly expr: string}[]}[];
}

/** Lists the queries of all dashboards, their variables filled in as Grafana does it. */
export const dashboardQueries = async (
	variables: Readonly<Record<string, string>>,
): Promise<readonly DashboardQuery[]> => {
	const folder = path.join(repository, 'templates', 'grafana', 'dashboards');
	const all = await Promise.all(
		(await readdir(folder)).map(async name => {
			const dashboard = JSON.parse(await readFile(path.join(folder, name), 'utf8')) as Dashboard;
			return queriesOf(path.parse(name).name, dashboard);
		}),
	);
	return all.flat().map(({where, expression}) => ({where, expression: fill(expression, variables)}));
};

const queriesOf = (name: string, {annotations, templating, panels}: Dashboard): readonly DashboardQuery[] => [
	...panels.flatMap(({title, targets = []}) =>
		targets.map(({expr}) => ({where: `${name} › ${title}`, expression: expr})),
	),
	...annotations.list.map(({name: title, expr}) => ({where: `${name} › ${title}`, expression: expr})),
	// What a variable offers is the values of a label: there must be some.
	...templating.list.map(({name: variable, definition}) => {
		const [, series = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
		return {where: `${name} › $${variable}`, expression: `group by (${label}) (${series})`};
	}),
];

const fill = (expression: string, variables: Readonly<Record<string, string>>): string =>
	expression.replaceAll(/\$(\w+)/g, (whole, name: string) => variables[name] ?? whole);
