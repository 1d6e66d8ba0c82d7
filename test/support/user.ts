// A user at a terminal: runs the built `devmesh` in a folder, with a home of its own.
import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Cleanup} from './cleanup.ts';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

const program = path.join(repository, 'bin', 'devmesh.js');

export interface CommandResult {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface User {
	/** Where this user's meshes keep their state. */
	readonly home: string;
	/** Runs a command to its end. */
	readonly devmesh: (...args: readonly string[]) => Promise<CommandResult>;
	/** Runs a command by another program, such as one that takes privileges away. */
	readonly devmeshBy: (by: readonly string[], ...args: readonly string[]) => Promise<CommandResult>;
	/** Runs a command that prints one JSON value; throws what it printed when it fails. */
	readonly json: <Value>(...args: readonly string[]) => Promise<Value>;
	/** Starts a command that goes on. */
	readonly start: (...args: readonly string[]) => RunningCommand;
}

export interface RunningCommand {
	readonly child: ChildProcess;
	/** All that it printed so far, both streams. */
	readonly output: () => string;
	/** Resolves with the first match in the output, now or later; rejects when the command ends before. */
	readonly until: (pattern: RegExp) => Promise<RegExpMatchArray>;
	readonly exit: Promise<number | null>;
}

/** Creates a user whose meshes are brought down, and whose home is removed, when the test ends. */
export const createUser = async (
	t: Cleanup,
	folder: string,
	environment: Readonly<Record<string, string>> = {},
): Promise<User> => {
	const home = await mkdtemp(path.join(tmpdir(), 'devmesh-home-'));
	const start = (...args: readonly string[]): RunningCommand => {
		const child = spawn(process.execPath, [program, ...args], {
			cwd: folder,
			env: {...process.env, DEVMESH_HOME: home, NO_COLOR: '1', ...environment},
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		return watch(child);
	};

	const devmesh = (...args: readonly string[]): Promise<CommandResult> => devmeshBy([], ...args);
	const devmeshBy = async (by: readonly string[], ...args: readonly string[]): Promise<CommandResult> => {
		const [command = '', ...rest] = [...by, process.execPath, program, ...args];
		const child = spawn(command, rest, {
			cwd: folder,
			env: {...process.env, DEVMESH_HOME: home, NO_COLOR: '1', ...environment},
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exitOf(child)]);
		return {code, stdout, stderr};
	};

	const json = async <Value>(...args: readonly string[]): Promise<Value> => {
		const result = await devmesh(...args, '--json');
		if (result.code !== 0) {
			throw new Error(`devmesh ${args.join(' ')} ended with ${result.code}\n${result.stdout}${result.stderr}`);
		}

		return JSON.parse(result.stdout) as Value;
	};

	t.teardown(async () => {
		const result = await devmesh('down');
		if (result.code !== 0) {
			t.log(`devmesh down: ${result.stdout}${result.stderr}`);
		}

		await rm(home, {recursive: true, force: true});
	});
	return {home, devmesh, devmeshBy, json, start};
};

const watch = (child: ChildProcess): RunningCommand => {
	let output = '';
	const listeners = new Set<() => void>();
	const onData = (chunk: Buffer) => {
		output += chunk;
		for (const listener of [...listeners]) {
			listener();
		}
	};
	child.stdout?.on('data', onData);
	child.stderr?.on('data', onData);
	const exit = exitOf(child);
	return {
		child,
		output: () => output,
		until: pattern =>
			new Promise((resolve, reject) => {
				const look = () => {
					const match = pattern.exec(output);
					if (match) {
						listeners.delete(look);
						resolve(match);
					}
				};
				listeners.add(look);
				void exit.then(code => reject(new Error(`ended with ${code} before it printed ${pattern}:\n${output}`)));
				look();
			}),
		exit,
	};
};

const exitOf = (child: ChildProcess): Promise<number | null> =>
	new Promise(resolve => child.once('close', code => resolve(code)));

const text = async (stream: NodeJS.ReadableStream | null): Promise<string> => {
	let all = '';
	for await (const chunk of stream ?? []) {
		all += chunk;
	}

	return all;
};

/** Reads one JSON file. */
export const readJson = async <Value>(file: string): Promise<Value> =>
	JSON.parse(await readFile(file, 'utf8')) as Value;
