// Lays compose files over one another, with what they include and extend.
// Source: compose specification, "Merge", "Include" and "extends".
import path from 'node:path';
import type {ConfigPath} from '../../config/finding.ts';
import type {Variables} from '../../config/interpolate.ts';
import {suggestName} from '../../config/nearest-name.ts';
import type {PlacedParts} from '../../config/place-finding.ts';
import {mergeServices, type ProjectService} from './project.ts';
import type {ProjectFiles} from './project-files.ts';
import {type ComposeFile, withoutPath} from './read-compose-file.ts';
import {mergeFields} from './read-fields.ts';
import type {IncludeUse} from './read-include.ts';
import {type ComposeResources, readResources, resourceFields} from './top-fields.ts';

export interface Layer {
	readonly name: string | undefined;
	readonly services: ReadonlyMap<string, ProjectService>;
	readonly resources: ComposeResources;
}

export interface LayerRequest {
	/** Absolute; later ones are laid over earlier ones. */
	readonly files: readonly {readonly path: string; readonly placed: PlacedParts}[];
	/** That relative paths start from, absolute. */
	readonly folder: string;
	readonly variables: Variables;
	/** The files whose `include:` led here. */
	readonly way: readonly string[];
}

const emptyLayer: Layer = {name: undefined, services: new Map(), resources: readResources({})};

/** Loads files, in order. What cannot be read is left out, after a diagnostic. */
export const loadLayer = async (request: LayerRequest, files: ProjectFiles): Promise<Layer> => {
	let layer = emptyLayer;
	for (const {path: file, placed} of request.files) {
		const read = await files.compose(file, {...request, placed});
		if (read) {
			layer = mergeLayers(layer, await loadFile({file, read, request}, files), read.cleared);
		}
	}

	return layer;
};

interface OpenedFile {
	readonly file: string;
	readonly read: ComposeFile;
	readonly request: LayerRequest;
}

/** What one file says, with what it includes. */
const loadFile = async (opened: OpenedFile, files: ProjectFiles): Promise<Layer> => {
	const services = new Map<string, ProjectService>();
	for (const name of opened.read.serviceNames) {
		const service = await extendService(name, opened, [], files);
		if (service) {
			services.set(name, service);
		}
	}

	let layer: Layer = {name: opened.read.name, services, resources: opened.read.resources};
	for (const use of opened.read.include) {
		layer = importLayer(layer, await loadIncluded(use, opened, files), use);
	}

	return layer;
};

const loadIncluded = async (use: IncludeUse, {file, request}: OpenedFile, files: ProjectFiles): Promise<Layer> => {
	const [first = ''] = use.files;
	const way = [...request.way, file];
	if (way.includes(first)) {
		use.node.complain({
			code: 'DM4005',
			finding: `these files include each other: ${[...way.slice(way.indexOf(first)), first].map(step => path.basename(step)).join(' → ')}`,
			remedy: 'Remove one of the includes.',
		});
		return emptyLayer;
	}

	const folder = use.projectDirectory ?? path.dirname(first);
	const placed = use.node.placed('value');
	let variables = request.variables;
	for (const envFile of (use.envFiles ?? [path.join(folder, '.env')]).toReversed()) {
		// What the including project has goes before it.
		const more = await files.variables(envFile, {variables, ...(use.envFiles && {placed})});
		variables = more ? {...more, ...variables} : variables;
	}

	return loadLayer({files: use.files.map(included => ({path: included, placed})), folder, variables, way}, files);
};

/** Follows `extends`. The way holds what was passed already. */
const extendService = async (
	name: string,
	opened: OpenedFile,
	way: readonly string[],
	files: ProjectFiles,
): Promise<ProjectService | undefined> => {
	const reading = opened.read.service(name);
	if (!reading) {
		return undefined;
	}

	const {fields, extends: extension, node} = reading;
	const own: ProjectService = {name, fields, nodes: [node]};
	if (!extension) {
		return own;
	}

	const here = `${opened.file}#${name}`;
	const place = node.at('extends');
	if (way.includes(here)) {
		place.complain({
			code: 'DM4005',
			finding: `these extend each other: ${[...way.slice(way.indexOf(here)), here].map(step => step.slice(step.lastIndexOf('#') + 1)).join(' → ')}`,
			remedy: 'Remove one of the extends.',
		});
		return own;
	}

	const base = await openBase(extension.file, opened, place.placed('value'), files);
	if (!base) {
		return own;
	}

	if (!base.read.serviceNames.includes(extension.service)) {
		return place.complain({
			code: 'DM4005',
			finding: `${base.read.shown} has no service "${extension.service}" to extend`,
			remedy: suggestName(extension.service, base.read.serviceNames, 'services'),
		});
	}

	const extended = await extendService(extension.service, base, [...way, here], files);
	return extended ? mergeServices(cleared(extended, opened.read.cleared, name), own) : own;
};

const openBase = async (
	file: string | undefined,
	opened: OpenedFile,
	placed: PlacedParts,
	files: ProjectFiles,
): Promise<OpenedFile | undefined> => {
	if (file === undefined || file === opened.file) {
		return opened;
	}

	// Its relative paths start from its own folder.
	const request = {...opened.request, folder: path.dirname(file)};
	const read = await files.compose(file, {...request, placed});
	return read && {file, read, request};
};

const mergeResources = mergeFields(resourceFields);

const mergeLayers = (earlier: Layer, later: Layer, clearedPaths: readonly ConfigPath[]): Layer => {
	const services = new Map(earlier.services);
	for (const [name, service] of later.services) {
		const before = services.get(name);
		const rest = before && !isCleared(clearedPaths, name) ? cleared(before, clearedPaths, name) : undefined;
		services.set(name, rest ? mergeServices(rest, service) : service);
	}

	for (const name of earlier.services.keys()) {
		if (isCleared(clearedPaths, name) && !later.services.has(name)) {
			services.delete(name);
		}
	}

	return {
		name: later.name ?? earlier.name,
		services,
		resources: readResources(mergeResources(clearedPaths.reduce(withoutPath, earlier.resources), later.resources)),
	};
};

/** Whether nothing of what was said of a service counts any longer. */
const isCleared = (paths: readonly ConfigPath[], service: string): boolean =>
	paths.some(([top, name, ...rest]) => top === 'services' && (name ?? service) === service && rest.length === 0);

/** Takes out what no longer counts. */
const cleared = (service: ProjectService, paths: readonly ConfigPath[], name: string): ProjectService => ({
	...service,
	fields: paths
		.filter(([top, owner, ...rest]) => top === 'services' && owner === name && rest.length > 0)
		.reduce((fields, [, , ...rest]) => withoutPath(fields, rest), service.fields),
});

/** Adds what an included project has; it must not be there already, unless it is the very same. */
const importLayer = (layer: Layer, included: Layer, {node}: IncludeUse): Layer => {
	const conflict = (kind: string, name: string): void => {
		node.complain({
			code: 'DM4007',
			finding: `this includes a ${kind} "${name}", and there is another one of that name already`,
			remedy: `Rename one of them; or change the included one by a second file in its path: list.`,
		});
	};

	for (const [name, {fields}] of included.services) {
		const other = layer.services.get(name);
		if (other && JSON.stringify(other.fields) !== JSON.stringify(fields)) {
			conflict('service', name);
		}
	}

	for (const kind of ['volumes', 'networks', 'secrets', 'configs'] as const) {
		for (const [name, entry] of Object.entries(included.resources[kind])) {
			const other = Object.hasOwn(layer.resources[kind], name) ? layer.resources[kind][name] : undefined;
			if (other && JSON.stringify(other) !== JSON.stringify(entry)) {
				conflict(kind.slice(0, -1), name);
			}
		}
	}

	return {
		name: layer.name,
		services: new Map([...included.services, ...layer.services]),
		resources: readResources(mergeResources(included.resources, layer.resources)),
	};
};
