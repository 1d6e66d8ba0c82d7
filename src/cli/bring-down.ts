// Brings a mesh down and waits until nothing of it runs any more.
import {createApiClient} from '../admin/api-client.ts';
import {systemClock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {StateFolder} from '../mesh/state-folder.ts';
import {stopLeftBehind} from '../mesh/stop-left-behind.ts';
import {isRunning, runningMesh} from './running-mesh.ts';

const pollInterval = ms(20);

/** Asks the control plane to stop everything, or does it itself when there is none. Returns false when nothing ran. */
export const bringDown = async (state: StateFolder): Promise<boolean> => {
	const address = await runningMesh(state);
	if (!address) {
		return stopLeftBehind(state);
	}

	await createApiClient(address).down();
	while (await isRunning(address)) {
		await systemClock.sleep(pollInterval);
	}

	// Had it been killed on the way, the rest would still be there.
	await stopLeftBehind(state);
	return true;
};
