// Asks once whether an app is ready.
import {spawn} from 'node:child_process';
import {open} from 'node:fs/promises';
import {connect} from 'node:net';
import {RE2JS} from 're2js';
import type {Clock} from '../common/clock.ts';
import type {Milliseconds} from '../common/units.ts';
import type {HealthProbe} from '../model/mesh-config.ts';
import {signalGroup} from './process-group.ts';

export interface ProbeContext {
	/** Where the app listens, on 127.0.0.1 or ::1. */
	readonly port: number;
	readonly workdir: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly logFile: string;
	/** Where the log of this start begins, in bytes. */
	readonly logStart: number;
	/** For the whole probe, in milliseconds. */
	readonly timeoutMs: Milliseconds;
	readonly clock: Clock;
}

/** Gives undefined when the app is ready, else what is in the way, in words. */
export const probe = async (kind: HealthProbe, context: ProbeContext): Promise<string | undefined> => {
	switch (kind.kind) {
		case 'tcp':
			return probeTcp(context);
		case 'http':
			return probeHttp(kind.path, context);
		case 'command':
			return probeCommand(kind.command, context);
		case 'log':
			return probeLog(kind.pattern, context);
	}
};

const probeTcp = async (context: ProbeContext): Promise<string | undefined> => {
	const first = await tryConnect('127.0.0.1', context);
	return first === undefined || (await tryConnect('::1', context)) === undefined
		? undefined
		: `tcp/${context.port}: ${first}`;
};

const tryConnect = (host: string, {port, timeoutMs, clock}: ProbeContext): Promise<string | undefined> =>
	new Promise(resolve => {
		const socket = connect({host, port});
		const finish = (problem: string | undefined) => {
			cancel();
			socket.destroy();
			resolve(problem);
		};

		const cancel = clock.after(timeoutMs, () => finish('no answer'));
		socket.once('connect', () => finish(undefined));
		socket.once('error', (error: NodeJS.ErrnoException) =>
			finish(error.code === 'ECONNREFUSED' ? 'connection refused' : error.message),
		);
	});

const probeHttp = async (path: string, {port, timeoutMs, clock}: ProbeContext): Promise<string | undefined> => {
	const name = `http/${port}${path}`;
	const timeout = new AbortController();
	const cancel = clock.after(timeoutMs, () => timeout.abort());
	const ask = async (host: string): Promise<string | undefined> => {
		const response = await fetch(`http://${host}:${port}${path}`, {redirect: 'manual', signal: timeout.signal});
		await response.body?.cancel();
		return response.status < 400 ? undefined : `${name}: status ${response.status}`;
	};

	try {
		return await ask('127.0.0.1').catch(async (error: unknown) => {
			// Some apps listen on IPv6 alone.
			return ask('[::1]').catch(() => {
				throw error;
			});
		});
	} catch (error) {
		const cause = (error as {cause?: NodeJS.ErrnoException}).cause;
		const reason = timeout.signal.aborted
			? 'no answer'
			: cause?.code === 'ECONNREFUSED'
				? 'connection refused'
				: cause?.message;
		return `${name}: ${reason ?? (error as Error).message}`;
	} finally {
		cancel();
	}
};

const probeCommand = (
	command: string | readonly string[],
	{workdir, env, timeoutMs, clock}: ProbeContext,
): Promise<string | undefined> =>
	new Promise(resolve => {
		const [program = '', args] = typeof command === 'string' ? [command, []] : [command[0], command.slice(1)];
		const child = spawn(program, args, {
			cwd: workdir,
			env,
			shell: typeof command === 'string',
			detached: true,
			stdio: 'ignore',
			windowsHide: true,
		});
		const cancel = clock.after(timeoutMs, () => {
			if (child.pid !== undefined) {
				signalGroup(child.pid, 'SIGKILL');
			}
		});
		const finish = (problem: string | undefined) => {
			cancel();
			resolve(problem);
		};

		child.once('error', error => finish(`the probe's command: ${error.message}`));
		child.once('exit', (code, signal) =>
			finish(code === 0 ? undefined : `the probe's command ${signal ? 'took too long' : `exited with ${code}`}`),
		);
	});

// Of a log that grows faster than it is looked at, the end is enough.
const longestLook = 1024 * 1024;

const probeLog = async (pattern: string, {logFile, logStart}: ProbeContext): Promise<string | undefined> => {
	const file = await open(logFile, 'r').catch(() => undefined);
	if (file) {
		try {
			const {size} = await file.stat();
			const from = Math.max(size < logStart ? 0 : logStart, size - longestLook);
			const {buffer, bytesRead} = await file.read(Buffer.alloc(size - from), 0, size - from, from);
			const matcher = RE2JS.compile(pattern);
			if (
				buffer
					.toString('utf8', 0, bytesRead)
					.split('\n')
					.some(line => matcher.matcher(line).find())
			) {
				return undefined;
			}
		} finally {
			await file.close();
		}
	}

	return `a log line like /${pattern}/`;
};
