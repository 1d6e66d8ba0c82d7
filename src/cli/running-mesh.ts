// Finds the control plane of a mesh, if one runs.
import type {ApiAddress} from '../model/api.ts';
import {readJson} from '../common/read-json.ts';
import type {StateFolder} from '../mesh/state-folder.ts';

/** Gives the address of the API while its control plane lives. */
export const runningMesh = async (state: Pick<StateFolder, 'api'>): Promise<ApiAddress | undefined> => {
	const address = await readJson<ApiAddress>(state.api);
	return address && isAlive(address.pid) ? address : undefined;
};

/** Tells whether a process of that number lives. */
export const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
};
