// Brings a mesh down and waits until nothing of it runs any more.
import process from 'node:process';
import {type ApiClient, createApiClient} from '../admin/api-client.ts';
import {systemClock} from '../common/clock.ts';
import {MeshError} from '../common/mesh-error.ts';
import {ms} from '../common/units.ts';
import {isLocked} from '../mesh/lock.ts';
import type {StateFolder} from '../mesh/state-folder.ts';
import {stopLeftBehind} from '../mesh/stop-left-behind.ts';
import type {ApiAddress} from '../model/api.ts';
import type {EventDisplay} from './render/event-display.ts';
import {isRunning, runningMesh} from './running-mesh.ts';

export interface DownOptions {
	readonly display: EventDisplay;
	/** Aborted: nobody gets time to end by itself any more. */
	readonly force: AbortSignal;
}

const pollInterval = ms(20);

/** Asks the control plane to stop everything, or does it itself when there is none. Returns false when nothing ran. */
export const bringDown = async (state: StateFolder, {display, force}: DownOptions): Promise<boolean> => {
	const address = await awaitAddress(state, force);
	if (!address) {
		return stopLeftBehind(state, process.env);
	}

	const client = createApiClient(address);
	const leave = new AbortController();
	const shown = showEnd(client, display, leave.signal);
	await client.down().catch(unlessGone);
	while (!force.aborted && (await isRunning(address))) {
		await systemClock.sleep(pollInterval);
	}

	leave.abort();
	await shown;
	if (force.aborted && (await isRunning(address))) {
		process.kill(address.pid, 'SIGKILL');
		while (await isRunning(address)) {
			await systemClock.sleep(pollInterval);
		}
	}

	// Had it been killed, by us or on the way, the rest would still be there.
	await stopLeftBehind(state, process.env, force.aborted ? ms(0) : undefined);
	return true;
};

/** Gives the address of the API; of a control plane that is just starting, once it answers. */
const awaitAddress = async (state: StateFolder, force: AbortSignal): Promise<ApiAddress | undefined> => {
	let address = await runningMesh(state);
	while (!address && !force.aborted && (await isLocked(state.lock))) {
		await systemClock.sleep(pollInterval);
		address = await runningMesh(state);
	}

	return address;
};

const showEnd = async (client: ApiClient, display: EventDisplay, signal: AbortSignal): Promise<void> => {
	try {
		for await (const event of client.events(signal)) {
			// How things stood before is no news now.
			if (event.kind !== 'instance' || event.state === 'stopping' || event.state === 'stopped') {
				display.take(event);
			}
		}
	} catch (error) {
		unlessGone(error);
	} finally {
		display.end(false);
	}
};

const unlessGone = (error: unknown): void => {
	if (!(error instanceof MeshError && error.code === 'DM6010')) {
		throw error;
	}
};
