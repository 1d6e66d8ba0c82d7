// Runs one command beside a mesh that lives as long as the command.
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import {runtimeVariable} from '../config/control-variables.ts';
import {addressVariables} from '../control/address-variables.ts';
import {startTemporaryMesh} from '../mesh/launch/temporary-mesh.ts';
import type {ApiAddress} from '../model/api.ts';
import type {MeshStatus} from '../model/mesh-status.ts';
import {createEventDisplay} from './render/event-display.ts';
import {createTerminal, hasColors} from './render/terminal.ts';
import {codeOf, runCommand} from './run-command.ts';
import {onStopSignals} from './stop-signals.ts';

export interface RunOptions {
	/** Absolute. */
	readonly configFile: string;
	readonly command: string;
	readonly args: readonly string[];
	readonly runtime?: string;
	/** For everything to become ready. */
	readonly timeoutMs: number;
}

/** Gives the exit code: the command's own, or 128 and the number of the signal that ended it, or that came while the mesh was starting. Throws MeshError when the mesh does not become ready, or there is no such command. */
export const runInMesh = async (options: RunOptions): Promise<number> => {
	// What the command prints is the output; what the mesh does is not.
	const screen = process.stderr;
	const terminal = createTerminal(screen);
	const display = createEventDisplay({terminal, colors: hasColors(screen)});
	const giveUp = new AbortController();
	const cancel = systemClock.after(ms(options.timeoutMs), () => giveUp.abort());
	const signals = onStopSignals(() => giveUp.abort());
	try {
		const mesh = await startTemporaryMesh({
			configIn: async () => options.configFile,
			variables: options.runtime === undefined ? {} : {[runtimeVariable]: options.runtime},
			onEvent: display.take,
			signal: giveUp.signal,
		}).catch((error: unknown) => {
			if (signals.stop.aborted) {
				// Whoever stops it knows why it did not become ready.
				return undefined;
			}

			throw error;
		});
		cancel();
		display.end(false);
		if (!mesh) {
			const {reason} = signals.stop;
			terminal.line(`stopped by ${reason} while the mesh was starting: ${options.command} did not run`);
			return codeOf(reason);
		}

		try {
			const {command, args} = options;
			const variables = variablesOf(await mesh.client.status(), mesh.address);
			return await runCommand({command, args, variables, signals, isAtTerminal: process.stdin.isTTY === true});
		} finally {
			await mesh.stop();
		}
	} finally {
		cancel();
		display.end(false);
		signals.release();
	}
};

/** As the services find each other. */
const variablesOf = ({services, urls}: MeshStatus, {url, token}: ApiAddress): Readonly<Record<string, string>> => {
	const addresses = services.flatMap(({service, hostUrl, ports = []}) => [
		...(hostUrl === undefined ? [] : [variablesAt(service, hostUrl)]),
		...ports.map(({port, hostUrl: other}) => variablesAt(service, other, port)),
	]);
	const ingress = urls[0]?.url;
	return {
		...Object.assign({}, ...addresses),
		...(ingress !== undefined && {DEVMESH_INGRESS_URL: ingress.replace(/\/$/, '')}),
		DEVMESH_API_URL: url,
		DEVMESH_API_TOKEN: token,
	};
};

const variablesAt = (service: string, url: string, port?: number): Readonly<Record<string, string>> => {
	const {hostname, port: own} = new URL(url);
	return addressVariables({service, at: port ?? 0, isOwn: port === undefined, url, host: hostname, port: own});
};
