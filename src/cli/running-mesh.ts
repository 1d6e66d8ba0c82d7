// Finds the control plane of a mesh, if one runs.

import {readJson} from '../common/read-json.ts';
import type {StateFolder} from '../mesh/state-folder.ts';
import type {ApiAddress} from '../model/api.ts';
import {processStartTime} from '../runtime/process-start-time.ts';

/** Gives the address of the API while its control plane lives. */
export const runningMesh = async (state: Pick<StateFolder, 'api'>): Promise<ApiAddress | undefined> => {
	const address = await readJson<ApiAddress>(state.api);
	return address && (await isAlive(address.pid)) ? address : undefined;
};

/** Tells whether a process of that number lives. One that has ended and waits for its parent to notice does not. */
export const isAlive = async (pid: number): Promise<boolean> => (await processStartTime(pid)) !== undefined;
