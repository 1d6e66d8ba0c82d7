// What a mesh has in a Docker engine, for commands that come when no control plane runs.
import path from 'node:path';
import {readJson} from '../common/read-json.ts';
import {connectEngine} from '../runtime/docker/connect-engine.ts';
import {removeVolumes} from '../runtime/docker/mesh-volumes.ts';
import {removeMesh} from '../runtime/docker/remove-mesh.ts';
import type {StateFolder} from './state-folder.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Which engine a mesh uses, kept as long as it has anything there. */
export interface SavedEngine {
	readonly address: string;
}

/** The engine that the mesh used last, else the one that the environment names. */
export const engineEnvironment = async (state: StateFolder, environment: Environment): Promise<Environment> => {
	const saved = await readJson<SavedEngine>(state.engine);
	return saved ? {...environment, DOCKER_HOST: saved.address} : environment;
};

/** Removes containers and network of a mesh whose control plane was killed; false when it had none. Throws MeshError when the engine is away. */
export const removeFromEngine = async (state: StateFolder, environment: Environment): Promise<boolean> => {
	if ((await readJson<SavedEngine>(state.engine)) === undefined) {
		return false;
	}

	const {docker} = await connectEngine(await engineEnvironment(state, environment));
	await removeMesh(docker, {id: path.basename(state.folder)});
	return true;
};

/** Removes the named volumes of a mesh that is down, with what is in them. Returns how many. */
export const removeNamedVolumes = async (state: StateFolder, environment: Environment): Promise<number> => {
	const {docker} = await connectEngine(environment);
	return removeVolumes(docker, {id: path.basename(state.folder)});
};
