// Where a mesh keeps what must outlive its control plane.
import {createHash} from 'node:crypto';
import {mkdir, rm} from 'node:fs/promises';
import path from 'node:path';

/** The files of one mesh; all paths absolute. */
export interface StateFolder {
	readonly folder: string;
	/** Where the API is and its token; there while a control plane runs. */
	readonly api: string;
	/** Which ports the mesh used last; kept over `down`, so that addresses stay. */
	readonly ports: string;
	/** The addresses and ports within the mesh's containers, kept like `ports`. */
	readonly numbers: string;
	/** The processes that run, for the next control plane. */
	readonly processes: string;
	/** Which Docker engine holds containers of the mesh; there as long as it may hold some. */
	readonly engine: string;
	/** Where the services run, when `devmesh up` was told. */
	readonly runtime: string;
	/** What the proxy process starts from; holds a private key. */
	readonly proxy: string;
	/** The root of the mesh's identities; holds a private key. */
	readonly authority: string;
	/** The last config that was accepted. */
	readonly lastConfig: string;
	/** The faults that were added to the running mesh. */
	readonly faults: string;
	/** What must be shown for the metrics. */
	readonly metricsToken: string;
	/** The folder of the tools that run as local processes: what they start from, and what they have gathered. */
	readonly tools: string;
	readonly logs: string;
	/** There while a control plane runs; holds its process id. */
	readonly lock: string;
}

/** Names the files of the mesh with this id under the root of all state. */
export const stateFolderOf = (stateRoot: string, meshId: string): StateFolder => {
	const folder = path.join(stateRoot, meshId);
	return {
		folder,
		api: path.join(folder, 'api.json'),
		ports: path.join(folder, 'ports.json'),
		numbers: path.join(folder, 'numbers.json'),
		processes: path.join(folder, 'processes.json'),
		engine: path.join(folder, 'engine.json'),
		runtime: path.join(folder, 'runtime.json'),
		proxy: path.join(folder, 'proxy.json'),
		authority: path.join(folder, 'authority.json'),
		lastConfig: path.join(folder, 'last-config.json'),
		faults: path.join(folder, 'faults.json'),
		metricsToken: path.join(folder, 'metrics-token.json'),
		tools: path.join(folder, 'tools'),
		logs: path.join(folder, 'logs'),
		lock: path.join(folder, 'lock'),
	};
};

/**
 * Names the mesh of a config file (absolute): its folder's name and eight hex digits of its path, so that two clones of one project keep apart.
 * What the file says does not matter: a mesh is found while its file is broken, too.
 */
export const meshIdOf = (configFile: string): string => {
	const folder = path
		.basename(path.dirname(configFile))
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, '-');
	return `${folder.slice(0, 40) || 'mesh'}-${createHash('sha256').update(configFile).digest('hex').slice(0, 8)}`;
};

/** Makes the folder and its logs, readable by the user alone. */
export const createStateFolder = async (state: StateFolder): Promise<void> => {
	await mkdir(state.logs, {recursive: true, mode: 0o700});
};

/** Removes everything but the ports and numbers. */
export const clearStateFolder = async (state: StateFolder): Promise<void> => {
	const files = [
		state.api,
		state.processes,
		state.engine,
		state.runtime,
		state.proxy,
		state.authority,
		state.lastConfig,
		state.faults,
		state.metricsToken,
	];
	const folders = [state.logs, state.tools];
	await Promise.all([
		...files.map(file => rm(file, {force: true})),
		...folders.map(folder => rm(folder, {recursive: true, force: true})),
	]);
};
