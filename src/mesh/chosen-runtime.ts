// Where `devmesh up` was told to run the services: kept until the mesh goes down, so that whoever starts it again need not say it again.
import {readJson} from '../common/read-json.ts';
import {writeJson} from '../common/write-whole.ts';
import type {RuntimeChoice} from '../model/mesh-config.ts';
import type {StateFolder} from './state-folder.ts';

interface Saved {
	readonly runtime: RuntimeChoice;
}

/** Undefined: the config says it. */
export const readChosenRuntime = async (state: StateFolder): Promise<RuntimeChoice | undefined> =>
	(await readJson<Saved>(state.runtime))?.runtime;

/** The state folder must exist. */
export const keepChosenRuntime = (state: StateFolder, runtime: RuntimeChoice): Promise<void> =>
	writeJson(state.runtime, {runtime} satisfies Saved);
