// Which core does what: the proxies have one to themselves, load generator and backend another.
import {readFile} from 'node:fs/promises';
import process from 'node:process';
import type {Scope} from './scope.ts';
import {runProgram} from './start-program.ts';

export interface Cores {
	readonly load: number;
	/** The same as `load` on a machine that has only one. */
	readonly proxy: number;
	/** All that this program may use, as `taskset` reads it. */
	readonly all: string;
}

/** Reads which cores this program may use. */
export const readCores = async (): Promise<Cores> => {
	const status = await readFile('/proc/self/status', 'utf8');
	const all = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '0';
	const [load = 0, proxy = load] = expandCores(all);
	return {load, proxy, all};
};

/** `0-2,5` → 0, 1, 2, 5. */
export const expandCores = (list: string): readonly number[] =>
	list.split(',').flatMap(part => {
		const [first = 0, last = first] = part.split('-').map(Number);
		return Array.from({length: last - first + 1}, (_, index) => first + index);
	});

/** Moves a process with all its threads; those that it starts later follow. */
export const pinProcess = async (scope: Scope, pid: number, core: number): Promise<void> => {
	await runProgram(scope, ['taskset', '--all-tasks', '--cpu-list', '--pid', String(core), String(pid)]);
};

/** Keeps this program, and what it starts from now on, on the load's core until the scope ends. */
export const stayOnLoadCore = async (scope: Scope, {load, all}: Cores): Promise<void> => {
	const move = (cores: string) => ['taskset', '--all-tasks', '--cpu-list', '--pid', cores, String(process.pid)];
	await runProgram(scope, move(String(load)));
	scope.teardown(() => runProgram({...scope, signal: new AbortController().signal}, move(all)));
};
