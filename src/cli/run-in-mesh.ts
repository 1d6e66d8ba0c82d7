// Runs one command beside a mesh that lives as long as the command.
import {spawn} from 'node:child_process';
import {constants} from 'node:os';
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import {MeshError} from '../common/mesh-error.ts';
import {ms} from '../common/units.ts';
import {runtimeVariable} from '../config/check-config.ts';
import {addressVariables} from '../control/address-variables.ts';
import {startTemporaryMesh} from '../mesh/launch/temporary-mesh.ts';
import type {ApiAddress} from '../model/api.ts';
import type {MeshStatus} from '../model/mesh-status.ts';
import {createEventDisplay} from './render/event-display.ts';
import {createTerminal, hasColors} from './render/terminal.ts';
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

/** Gives the exit code: the command's own, or 128 and the number of the signal that ended it. Throws MeshError when the mesh does not become ready, or there is no such command. */
export const runInMesh = async (options: RunOptions): Promise<number> => {
	// What the command prints is the output; what the mesh does is not.
	const screen = process.stderr;
	const display = createEventDisplay({terminal: createTerminal(screen), colors: hasColors(screen)});
	const giveUp = new AbortController();
	const cancel = systemClock.after(ms(options.timeoutMs), () => giveUp.abort());
	const signals = onStopSignals(() => giveUp.abort());
	try {
		const mesh = await startTemporaryMesh({
			configIn: async () => options.configFile,
			variables: options.runtime === undefined ? {} : {[runtimeVariable]: options.runtime},
			onEvent: display.take,
			signal: giveUp.signal,
		});
		cancel();
		display.end(false);
		try {
			return await runCommand(options, variablesOf(await mesh.client.status(), mesh.address), signals.stop);
		} finally {
			await mesh.stop();
		}
	} finally {
		cancel();
		display.end(false);
		signals.release();
	}
};

const runCommand = (
	{command, args}: RunOptions,
	variables: Readonly<Record<string, string>>,
	stop: AbortSignal,
): Promise<number> =>
	new Promise((resolve, reject) => {
		const child = spawn(command, args, {env: {...process.env, ...variables}, stdio: 'inherit'});
		// A Ctrl-C of the terminal reaches the command by itself; a signal to us alone does not.
		const pass = () => child.kill('SIGTERM');
		stop.addEventListener('abort', pass, {once: true});
		child.once('error', (cause: NodeJS.ErrnoException) => {
			stop.removeEventListener('abort', pass);
			reject(
				new MeshError({
					code: 'DM6026',
					message: `${command} cannot be started: ${cause.code === 'ENOENT' ? 'there is no such program' : cause.message}`,
					remedy: 'Give the command as you would type it: devmesh run -- npm test.',
					cause,
				}),
			);
		});
		child.once('close', (code, signal) => {
			stop.removeEventListener('abort', pass);
			resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
		});
	});

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
