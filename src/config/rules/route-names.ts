// A route goes by its name in logs and explanations, so no two of one service may share it.
import type {ConfigPath, Finding} from '../finding.ts';
import type {Rule} from './rule.ts';

interface Named {
	readonly path: ConfigPath;
	readonly name: string | undefined;
	readonly owner: string;
}

export const routeNames: Rule = ({routes = [], ingress = []}) => [
	...findRepeated(routes.map(({name, to}, index) => ({path: ['routes', index], name, owner: to}))),
	...ingress.flatMap(({host, routes: edge = []}, position) =>
		findRepeated(edge.map(({name}, index) => ({path: ['ingress', position, 'routes', index], name, owner: host}))),
	),
];

const findRepeated = (routes: readonly Named[]): readonly Finding[] => {
	const seen = new Set<string>();
	return routes.flatMap(({path, name, owner}): readonly Finding[] => {
		const key = JSON.stringify([owner, name]);
		const isRepeated = name !== undefined && seen.has(key);
		seen.add(key);
		return isRepeated
			? [
					{
						code: 'DM2031',
						path: [...path, 'name'],
						finding: `two routes of ${owner} are named "${name}"`,
						remedy: 'Give one of them another name, or none.',
					},
				]
			: [];
	});
};
