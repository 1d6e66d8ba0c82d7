// Ends a mesh whose control plane was killed.
import {access} from 'node:fs/promises';
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import type {Milliseconds} from '../common/units.ts';
import {stopLeftBehind as stopProcesses} from '../runtime/stop-left-behind.ts';
import {type Environment, removeFromEngine} from './left-in-engine.ts';
import {takeLock} from './lock.ts';
import {clearStateFolder, type StateFolder} from './state-folder.ts';

/**
 * Stops what still runs, killing whoever takes longer than the grace, and clears the state. Returns false when there was nothing to stop.
 * Throws MeshError DM3002 when a control plane runs: what there is is its own to stop.
 */
export const stopLeftBehind = async (
	state: StateFolder,
	environment: Environment,
	longestGrace?: Milliseconds,
): Promise<boolean> => {
	const isThere = await access(state.processes).then(
		() => true,
		() => false,
	);
	if (!isThere) {
		return false;
	}

	// Whoever starts the mesh meanwhile would find half of it.
	const unlock = await takeLock(state.lock, process.pid);
	try {
		await stopProcesses(state.processes, systemClock, longestGrace);
		// Before the state: without it nobody would know that there is something.
		await removeFromEngine(state, environment);
		await clearStateFolder(state);
		return true;
	} finally {
		await unlock();
	}
};
