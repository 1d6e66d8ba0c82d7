// Asks once whether an app is ready.
import {spawn} from 'node:child_process';
import {open} from 'node:fs/promises';
import {RE2JS} from 're2js';
import type {Clock} from '../common/clock.ts';
import type {Milliseconds} from '../common/units.ts';
import type {HealthProbe} from '../model/mesh-config.ts';
import {askApp} from './ask-app.ts';
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

// Some apps listen on IPv6 alone.
const loopback = ['127.0.0.1', '::1'];

/** Gives undefined when the app is ready, else what is in the way, in words. */
export const probe = async (kind: HealthProbe, context: ProbeContext): Promise<string | undefined> => {
	switch (kind.kind) {
		case 'tcp':
			return askApp({...context, addresses: loopback});
		case 'http':
			return askApp({...context, path: kind.path, addresses: loopback});
		case 'command':
			return probeCommand(kind.command, context);
		case 'log':
			return probeLog(kind.pattern, context);
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
