// Runs the programs of a measurement.
import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import type {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Scope} from './scope.ts';

export interface ProgramOptions {
	/** The only core that it may use. Default: all. */
	readonly core?: number;
	/** Laid over this program's own. */
	readonly environment?: Readonly<Record<string, string>>;
	readonly folder?: string;
}

export type Program = ChildProcessByStdio<null, Readable, Readable>;

const graceMs = 3000;

/** Starts a program that goes on until the end of the scope. Give a program that ends by SIGTERM. */
export const startProgram = (scope: Scope, command: readonly string[], options: ProgramOptions = {}): Program => {
	const child = spawnProgram(command, options);
	// Read, or it stands still when the pipe is full.
	child.stdout.resume();
	let complaint = '';
	child.stderr.on('data', (chunk: Buffer) => {
		complaint = `${complaint}${chunk}`.slice(-2000);
	});
	let isWanted = true;
	child.once('exit', code => {
		if (isWanted) {
			process.stderr.write(`${command[0]} ended with ${code}: ${complaint}\n`);
		}
	});
	scope.teardown(() => {
		isWanted = false;
		return stop(child);
	});
	return child;
};

/** Runs a program to its end and gives what it printed. Throws when it fails. */
export const runProgram = async (
	scope: Scope,
	command: readonly string[],
	options: ProgramOptions = {},
): Promise<string> => {
	scope.signal.throwIfAborted();
	const child = spawnProgram(command, options);
	const giveUp = (): void => {
		child.kill('SIGKILL');
	};
	scope.signal.addEventListener('abort', giveUp, {once: true});
	try {
		const ended = once(child, 'close');
		const [stdout, stderr, [code]] = await Promise.all([
			text(child.stdout),
			text(child.stderr),
			ended as Promise<[number | null]>,
		]);
		scope.signal.throwIfAborted();
		if (code !== 0) {
			throw new Error(`${command.join(' ')} ended with ${code}: ${stdout}${stderr}`);
		}

		return stdout;
	} finally {
		scope.signal.removeEventListener('abort', giveUp);
	}
};

const spawnProgram = (command: readonly string[], {core, environment, folder}: ProgramOptions): Program => {
	const [program = '', ...args] = core === undefined ? command : ['taskset', '--cpu-list', String(core), ...command];
	return spawn(program, args, {
		...(folder !== undefined && {cwd: folder}),
		env: {...process.env, ...environment},
		stdio: ['ignore', 'pipe', 'pipe'],
		// Ctrl-C in a terminal is for us: we stop it in order.
		detached: true,
	});
};

const stop = async (child: Program): Promise<void> => {
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
		return;
	}

	const ended = once(child, 'exit');
	child.kill('SIGTERM');
	const timeUp = new AbortController();
	await Promise.race([ended, sleep(graceMs, undefined, {signal: timeUp.signal}).then(() => child.kill('SIGKILL'))]);
	timeUp.abort();
	await ended;
};
