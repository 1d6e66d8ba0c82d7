// Reads a compose project: its files, the variables beside them, and which of its services are to run.
import path from 'node:path';
import type {Variables} from '../../config/interpolate.ts';
import {suggestName} from '../../config/nearest-name.ts';
import type {PlacedParts} from '../../config/place-finding.ts';
import type {Diagnostic} from '../../model/diagnostic.ts';
import {type Layer, loadLayer} from './load-layer.ts';
import {type ActiveService, type ComposeProject, type Dependency, lastNode, type ProjectService} from './project.ts';
import {createProjectFiles, type ProjectFiles} from './project-files.ts';
import type {ReadNode} from './read-node.ts';

export interface ProjectRequest {
	/** At least one; absolute. Later ones are laid over earlier ones. */
	readonly files: readonly {readonly path: string; readonly placed: PlacedParts}[];
	/** Active ones, beside those of COMPOSE_PROFILES. */
	readonly profiles: readonly string[];
	readonly environment: Variables;
	/** What `~` stands for. */
	readonly home: string;
	/** As people are told a file's name. */
	readonly shownName: (file: string) => string;
	readonly report: (diagnostic: Diagnostic) => void;
}

export interface ProjectReading {
	readonly project: ComposeProject;
	/** All that was read, and what would have been; absolute. */
	readonly files: readonly string[];
}

/** Reads the files. What is wrong is reported, and the project is what is left. */
export const readProject = async (request: ProjectRequest): Promise<ProjectReading> => {
	const files = createProjectFiles(request);
	const folder = path.dirname(request.files[0]?.path ?? '.');
	const environment = defined(request.environment);
	const fromFile = await files.variables(path.join(folder, '.env'), {variables: environment});
	const variables = {...fromFile, ...environment};
	const layer = await loadLayer({files: request.files, folder, variables, way: []}, files);
	const active = limited(activeServices(layer, [...request.profiles, ...profilesOf(variables)]));
	const services: ActiveService[] = [];
	for (const service of active.values()) {
		services.push({
			...service,
			environment: await environmentOf(service, variables, files),
			aliases: aliasesOf(service.name, active),
			dependencies: dependenciesOf(service, active, layer),
		});
	}

	return {
		project: {name: layer.name, folder, services, resources: layer.resources, variables, environment},
		files: files.asked(),
	};
};

/** What is not set must not hide what .env says. */
const defined = (environment: Variables): Variables =>
	Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));

const profilesOf = ({COMPOSE_PROFILES: written = ''}: Variables & {readonly COMPOSE_PROFILES?: string}) =>
	written
		.split(',')
		.map(name => name.trim())
		.filter(name => name !== '');

/** Those without profiles, and those with an active one. */
const activeServices = ({services}: Layer, profiles: readonly string[]): ReadonlyMap<string, ProjectService> =>
	new Map(
		[...services].filter(([, {fields}]) => {
			const own = fields.profiles ?? [];
			return own.length === 0 || profiles.includes('*') || own.some(name => profiles.includes(name));
		}),
	);

// A mesh has no more, either.
const mostServices = 500;

const limited = (services: ReadonlyMap<string, ProjectService>): ReadonlyMap<string, ProjectService> => {
	const [excess] = [...services.values()].slice(mostServices);
	if (!excess) {
		return services;
	}

	lastNode(excess).complain({
		code: 'DM4001',
		at: 'key',
		finding: `the project has ${services.size} services`,
		remedy: `A mesh has at most ${mostServices}: are these the right files?`,
	});
	return new Map([...services].slice(0, mostServices));
};

/** Later files go before earlier ones, and `environment:` before them all. A name without a value has that of the environment. */
const environmentOf = async (
	{fields}: ProjectService,
	variables: Variables,
	files: ProjectFiles,
): Promise<Readonly<Record<string, string>>> => {
	let values: Readonly<Record<string, string>> = {};
	for (const {file, required, isRaw, node} of fields.env_file ?? []) {
		const use = {variables: {...values, ...variables}, isRaw, ...(required && {placed: node.placed('value')})};
		values = {...values, ...(await files.variables(file, use))};
	}

	const own = Object.entries(fields.environment ?? {}).map(
		([name, value]) => [name, value ?? (Object.hasOwn(variables, name) ? variables[name] : undefined)] as const,
	);
	const unset = new Set(own.filter(([, value]) => value === undefined).map(([name]) => name));
	return Object.fromEntries(
		[...Object.entries(values).filter(([name]) => !unset.has(name)), ...own].filter(
			(entry): entry is readonly [string, string] => entry[1] !== undefined,
		),
	);
};

/** `db:database` of anybody's `links:` makes `database` a name of db, too. */
const aliasesOf = (name: string, services: ReadonlyMap<string, ProjectService>): readonly string[] => {
	const {networks = {}, container_name: containerName} = services.get(name)?.fields ?? {};
	const linked = [...services.values()].flatMap(({fields}) =>
		(fields.links ?? []).flatMap(link => {
			const [service, alias] = link.split(':');
			return service === name && alias ? [alias] : [];
		}),
	);
	const all = [...Object.values(networks).flat(), ...(containerName === undefined ? [] : [containerName]), ...linked];
	return [...new Set(all)].filter(alias => alias !== name);
};

/** Leaves out those that are not there, after a diagnostic unless they are not required. */
const dependenciesOf = (
	service: ProjectService,
	active: ReadonlyMap<string, ProjectService>,
	{services}: Layer,
): Readonly<Record<string, Dependency>> => {
	const wanted = [
		...(service.fields.links ?? []).map(link => ({
			name: link.split(':')[0] ?? '',
			condition: 'service_started' as const,
			required: true,
			node: lastNode(service, 'links'),
		})),
		...Object.entries(service.fields.depends_on ?? {}).map(
			([name, {condition = 'service_started', required = true}]) => ({
				name,
				condition,
				required,
				node: nodeOfDependency(service, name),
			}),
		),
	];
	return Object.fromEntries(
		wanted.flatMap(({name, condition, required, node}) => {
			if (active.has(name)) {
				return [[name, {condition, node}] as const];
			}

			if (required) {
				const profiles = services.get(name)?.fields.profiles;
				node.complain({
					code: 'DM2001',
					finding: profiles
						? `the service "${name}" is not active: none of its profiles is`
						: `there is no service "${name}"`,
					remedy: profiles
						? `Activate ${profiles.join(' or ')} by profiles: in mesh.config.yaml or by COMPOSE_PROFILES.`
						: suggestName(name, [...services.keys()], 'services'),
				});
			}

			return [];
		}),
	);
};

const nodeOfDependency = ({nodes}: ProjectService, name: string): ReadNode => {
	const places = nodes.map(node => {
		const list = node.at('depends_on');
		return Array.isArray(list.value) ? list.at(list.value.indexOf(name)) : list.at(name);
	});
	return places.findLast(({value}) => value !== undefined) ?? nodes[0];
};
