// Brings a mesh down and waits until nothing of it runs any more.
import process from 'node:process';
import {type ApiClient, createApiClient} from '../admin/api-client.ts';
import {systemClock} from '../common/clock.ts';
import {MeshError} from '../common/mesh-error.ts';
import {ms} from '../common/units.ts';
import {isRunning, runningMesh} from '../mesh/launch/running-mesh.ts';
import {lockHolder} from '../mesh/lock.ts';
import {isBeingStarted} from '../mesh/start-mark.ts';
import type {StateFolder} from '../mesh/state-folder.ts';
import {stopLeftBehind} from '../mesh/stop-left-behind.ts';
import type {ApiAddress} from '../model/api.ts';
import type {EventDisplay} from './render/event-display.ts';

export interface DownOptions {
	readonly display: EventDisplay;
	/** Aborted: nobody gets time to end by itself any more. */
	readonly force: AbortSignal;
}

const pollInterval = ms(20);

/** Asks the control plane to stop everything, or does it itself when there is none. Returns false when nothing ran. */
export const bringDown = async (state: StateFolder, options: DownOptions): Promise<boolean> => {
	for (;;) {
		const address = await awaitAddress(state, options.force);
		if (address) {
			await askToEnd(address, options);
		}

		try {
			// Had the control plane been killed, by us or on the way, the rest would still be there.
			return (await stopLeftBehind(state, process.env, options.force.aborted ? ms(0) : undefined)) || !!address;
		} catch (error) {
			if (!isOthers(error)) {
				throw error;
			}

			// Started after ours had ended: that one was not meant.
			if (address) {
				return true;
			}
		}
	}
};

const isOthers = (error: unknown): boolean => error instanceof MeshError && error.code === 'DM3002';

/** Resolves when the control plane has ended. */
const askToEnd = async (address: ApiAddress, {display, force}: DownOptions): Promise<void> => {
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
};

/** Gives the address of the API; of a mesh that is just being started, once it answers. Undefined: nobody starts or runs it. */
const awaitAddress = async (state: StateFolder, force: AbortSignal): Promise<ApiAddress | undefined> => {
	for (;;) {
		// In the order in which a start goes, so that it cannot slip through between two looks.
		const isStarting = await isBeingStarted(state);
		const holder = await lockHolder(state.lock);
		const address = await runningMesh(state);
		if (address || (!isStarting && holder === undefined)) {
			return address;
		}

		if (force.aborted && holder !== undefined) {
			process.kill(holder, 'SIGKILL');
		}

		await systemClock.sleep(pollInterval);
	}
};

const showEnd = async (client: ApiClient, display: EventDisplay, signal: AbortSignal): Promise<void> => {
	try {
		for await (const event of client.events(signal)) {
			// How things stood before is no news now.
			if (event.kind === 'instance' ? ['stopping', 'stopped'].includes(event.state) : event.kind !== 'tool') {
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
