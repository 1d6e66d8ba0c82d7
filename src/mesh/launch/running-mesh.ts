// Finds the control plane of a mesh, if one runs.

import {readJson} from '../../common/read-json.ts';
import type {ApiAddress} from '../../model/api.ts';
import {processStartTime} from '../../runtime/process-start-time.ts';
import type {StateFolder} from '../state-folder.ts';

/** Gives the address of the API while its control plane lives. */
export const runningMesh = async (state: Pick<StateFolder, 'api'>): Promise<ApiAddress | undefined> => {
	const address = await readJson<ApiAddress>(state.api);
	return address && (await isRunning(address)) ? address : undefined;
};

/** Tells whether the control plane lives: this very process, not a later one of its number, perhaps after the machine was started again. */
export const isRunning = async ({pid, processStart}: ApiAddress): Promise<boolean> =>
	(await processStartTime(pid)) === processStart;
