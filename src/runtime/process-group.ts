// Stops a process with all that it started.
import {execFile} from 'node:child_process';
import {readdir, readFile} from 'node:fs/promises';
import process from 'node:process';
import {promisify} from 'node:util';
import type {Clock} from '../common/clock.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import {readProcStat} from './process-start-time.ts';

const run = promisify(execFile);
const pollInterval = ms(15);

/** Asks the group of this leader to end; after the grace it is killed. Resolves when nobody of it is left. */
export const stopGroup = async (leader: number, graceMs: Milliseconds, clock: Clock): Promise<void> => {
	if (process.platform === 'win32') {
		await run('taskkill', ['/pid', String(leader), '/T', '/F']).catch(() => {});
		return;
	}

	signalGroup(leader, 'SIGTERM');
	const deadline = clock.now() + graceMs;
	while (await isGroupAlive(leader)) {
		if (clock.now() >= deadline) {
			signalGroup(leader, 'SIGKILL');
		}

		await clock.sleep(pollInterval);
	}
};

/** Sends a signal to every member; nobody there is no error. */
export const signalGroup = (leader: number, signal: NodeJS.Signals): void => {
	try {
		process.kill(-leader, signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
			throw error;
		}
	}
};

export interface MarkedProcess {
	readonly pid: number;
	readonly environment: ReadonlyMap<string, string>;
}

/** Gives the processes, of whatever group, in whose environment a variable has this value. Linux only; elsewhere none are found. */
export const findByEnvironment = async (name: string, value: string): Promise<readonly MarkedProcess[]> => {
	const pids = await numbersInProc();
	const found = await Promise.all(
		pids.map(async (pid): Promise<readonly MarkedProcess[]> => {
			const text = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
			const environment = new Map(text.split('\0').map(entry => splitAt(entry, entry.indexOf('='))));
			return environment.get(name) === value && (await readProcStat(pid))?.state !== 'Z' ? [{pid, environment}] : [];
		}),
	);
	return found.flat();
};

const splitAt = (text: string, index: number): readonly [string, string] => [
	text.slice(0, index),
	text.slice(index + 1),
];

const isGroupAlive = async (leader: number): Promise<boolean> => {
	try {
		process.kill(-leader, 0);
	} catch {
		return false;
	}

	if (process.platform !== 'linux') {
		return true;
	}

	// What has ended and was not yet fetched by its parent still counts as a member: look closer.
	const stats = await Promise.all((await numbersInProc()).map(readProcStat));
	return stats.some(stat => stat?.group === leader && stat.state !== 'Z' && stat.state !== 'X');
};

const numbersInProc = async (): Promise<readonly number[]> => {
	const names = await readdir('/proc').catch(() => []);
	return names.filter(name => /^\d+$/.test(name)).map(Number);
};
