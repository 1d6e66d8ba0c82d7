// A compose project: what all of its files say together.
import type {Variables} from '../../config/interpolate.ts';
import {mergeFields} from './read-fields.ts';
import type {ReadNode} from './read-node.ts';
import {type ComposeService, serviceFields} from './service-fields.ts';
import type {ComposeResources} from './top-fields.ts';

export interface ComposeProject {
	readonly name: string | undefined;
	/** The folder of the first file, absolute. */
	readonly folder: string;
	/** Those that are to run, in the order of the files. */
	readonly services: readonly ActiveService[];
	readonly resources: ComposeResources;
	/** What the files' variables were filled in from: the environment, and `.env` where that has none. */
	readonly variables: Variables;
	/** The environment alone. */
	readonly environment: Variables;
}

export interface ProjectService {
	readonly name: string;
	readonly fields: ComposeService;
	/** Where it stands, the earliest file first; at least one. */
	readonly nodes: readonly [ReadNode, ...ReadNode[]];
}

export interface ActiveService extends ProjectService {
	/** With what its `env_file`s say. */
	readonly environment: Readonly<Record<string, string>>;
	/** Other names that callers may dial it by: of `networks:`, `links:` and `container_name:`. */
	readonly aliases: readonly string[];
	/** Services that it waits for, all of them active. */
	readonly dependencies: Readonly<Record<string, Dependency>>;
}

export interface Dependency {
	readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
	readonly node: ReadNode;
}

const merge = mergeFields(serviceFields);

/** Lays what a later file says over what an earlier one, or the service it extends, says. */
export const mergeServices = (earlier: ProjectService, later: ProjectService): ProjectService => ({
	name: later.name,
	fields: merge(earlier.fields, later.fields),
	nodes: [...earlier.nodes, ...later.nodes],
});

/** The place that says it last; the service itself when none does. */
export const lastNode = ({nodes}: ProjectService, ...keys: readonly string[]): ReadNode => {
	const found = nodes.map(node => keys.reduce((inner, key) => inner.at(key), node));
	return found.findLast(({value}) => value !== undefined) ?? nodes.at(-1) ?? nodes[0];
};
