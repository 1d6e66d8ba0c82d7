// `up` in the foreground: shows what happens until the user ends it, and keeps the control plane alive.
import process from 'node:process';
import {createApiClient} from '../admin/api-client.ts';
import {systemClock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {ApiAddress} from '../model/api.ts';
import {bringDown} from './bring-down.ts';
import {createLogPrinter, followLogs} from './follow-logs.ts';
import type {MeshLocation} from './mesh-command.ts';
import type {Terminal} from './render/terminal.ts';
import {isRunning} from './running-mesh.ts';
import {startControlPlane} from './start-control-plane.ts';
import {watchStart} from './watch-start.ts';

export interface AttachOptions {
	readonly location: MeshLocation;
	readonly address: ApiAddress;
	readonly terminal: Terminal;
	readonly colors: boolean;
	/** Told each time that everything is ready. */
	readonly onReady: () => void;
}

/** Resolves when the mesh is down: by Ctrl-C, a hang-up, a SIGTERM, or by `devmesh down` from elsewhere. */
export const stayAttached = async ({location, address, terminal, colors, onReady}: AttachOptions): Promise<void> => {
	const stop = new AbortController();
	const onSignal = () => stop.abort();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, onSignal);
	}

	const printer = createLogPrinter(terminal, colors);
	let current = address;
	while (!stop.signal.aborted) {
		const client = createApiClient(current);
		const logs = new AbortController();
		void followLogs(client, printer, logs.signal);
		const end = await watchStart({client, terminal, colors, isStaying: true, signal: stop.signal, onReady});
		logs.abort();
		if (end === 'stopping') {
			await waitForEnd(current);
			terminal.line('The mesh is down.');
			return;
		}

		if (!stop.signal.aborted) {
			terminal.line('the control plane was lost and is started again; the mesh goes on meanwhile');
			await waitForEnd(current);
			current = await startControlPlane(location);
		}
	}

	terminal.endBlock(false);
	terminal.line('stopping …');
	await bringDown(location.state);
	terminal.line('The mesh is down.');
};

const waitForEnd = async (address: ApiAddress): Promise<void> => {
	while (await isRunning(address)) {
		await systemClock.sleep(ms(10));
	}
};
