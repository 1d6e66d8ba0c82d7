// `up` in the foreground: shows what happens until the user ends it, and keeps the control plane alive.
import {existsSync} from 'node:fs';
import {createApiClient} from '../admin/api-client.ts';
import {systemClock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import {isRunning, runningMesh} from '../mesh/launch/running-mesh.ts';
import type {MeshLocation} from '../mesh/launch/start-control-plane.ts';
import {startControlPlane} from '../mesh/launch/start-control-plane.ts';
import {lockHolder} from '../mesh/lock.ts';
import type {StateFolder} from '../mesh/state-folder.ts';
import type {ApiAddress} from '../model/api.ts';
import {bringDown} from './bring-down.ts';
import {createLogFollower} from './follow-logs.ts';
import {createEventDisplay} from './render/event-display.ts';
import {createLogPrinter} from './render/log-printer.ts';
import type {Terminal} from './render/terminal.ts';
import type {StopSignals} from './stop-signals.ts';

export interface AttachOptions {
	readonly location: MeshLocation;
	readonly address: ApiAddress;
	/** The mesh has just been started, so that nothing of its logs was seen. */
	readonly isFresh: boolean;
	readonly terminal: Terminal;
	readonly colors: boolean;
	/** Heard since before the mesh was started. */
	readonly signals: StopSignals;
	/** Told each time that everything is ready. */
	readonly onReady: (address: ApiAddress) => Promise<void>;
}

const pause = ms(100);

/** Resolves when the mesh is down: by Ctrl-C, a hang-up, a SIGTERM, or by `devmesh down` from elsewhere. */
export const stayAttached = async (options: AttachOptions): Promise<void> => {
	const {location, terminal, colors} = options;
	const {stop, force, release} = options.signals;
	const display = createEventDisplay({terminal, colors});
	let {address, isFresh} = options;
	let isDown = false;
	while (!stop.aborted && !isDown) {
		const wasStopping = await watch({...options, address, isFresh}, display, stop);
		isDown = wasStopping && (await hasEnded(address, stop));
		isFresh = false;
		if (!stop.aborted && !isDown) {
			if (await isRunning(address)) {
				// Only the stream broke off.
				await systemClock.sleep(pause);
			} else if (await wasClearedAway(location.state)) {
				isDown = true;
			} else {
				terminal.line('the control plane was lost and is started again; the mesh goes on meanwhile');
				address = await startControlPlane(location);
			}
		}
	}

	if (!isDown) {
		await bringDown(location.state, {display, force});
	}

	display.end(false);
	terminal.line('The mesh is down.');
	release();
};

/** Shows events and logs until the events end. Returns whether the mesh was going down. */
const watch = async (
	{address, isFresh, terminal, colors, onReady}: AttachOptions,
	display: ReturnType<typeof createEventDisplay>,
	stop: AbortSignal,
): Promise<boolean> => {
	const client = createApiClient(address);
	const print = createLogPrinter({colors, write: terminal.line});
	const follow = createLogFollower({client, print, isFresh, signal: stop});
	let wasStopping = false;
	try {
		for await (const event of client.events(stop)) {
			display.take(event);
			follow(event);
			wasStopping ||= event.kind === 'stopping';
			if (event.kind === 'ready') {
				await onReady(address);
			}
		}
	} catch {
		// Whether the control plane lives says more than the error of a stream.
	}

	return wasStopping;
};

/** A `devmesh down` that found no control plane either was faster. */
const wasClearedAway = async (state: StateFolder): Promise<boolean> => {
	while ((await lockHolder(state.lock)) !== undefined && !(await runningMesh(state))) {
		await systemClock.sleep(ms(10));
	}

	return !existsSync(state.processes);
};

const hasEnded = async (address: ApiAddress, stop: AbortSignal): Promise<boolean> => {
	while (!stop.aborted && (await isRunning(address))) {
		await systemClock.sleep(ms(10));
	}

	return !(await isRunning(address));
};
