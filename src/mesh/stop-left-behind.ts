// Ends a mesh whose control plane was killed.
import {access} from 'node:fs/promises';
import {systemClock} from '../common/clock.ts';
import {stopLeftBehind as stopProcesses} from '../runtime/process-runtime.ts';
import {clearStateFolder, type StateFolder} from './state-folder.ts';

/** Stops what still runs and clears the state. Returns false when there was nothing to stop. */
export const stopLeftBehind = async (state: StateFolder): Promise<boolean> => {
	const isThere = await access(state.processes).then(
		() => true,
		() => false,
	);
	if (isThere) {
		await stopProcesses(state.processes, systemClock);
		await clearStateFolder(state);
	}

	return isThere;
};
