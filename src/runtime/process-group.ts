// Stops a process with all that it started.
import {execFile} from 'node:child_process';
import {readdir} from 'node:fs/promises';
import process from 'node:process';
import {promisify} from 'node:util';
import type {Clock} from '../common/clock.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import {readProcStat} from './process-start-time.ts';

const run = promisify(execFile);
const pollInterval = ms(15);
// Even a killed process may be held up by the system; nobody waits for that for ever.
const patience = 5000;

/** Asks the group of this leader to end; after the grace it is killed. Resolves when nobody of it is left. */
export const stopGroup = async (leader: number, graceMs: Milliseconds, clock: Clock): Promise<void> => {
	if (process.platform === 'win32') {
		await run('taskkill', ['/pid', String(leader), '/T', '/F']).catch(() => {});
		return;
	}

	signalGroup(leader, 'SIGTERM');
	const deadline = clock.now() + graceMs;
	while (clock.now() <= deadline + patience && (await isGroupAlive(leader))) {
		if (clock.now() >= deadline) {
			signalGroup(leader, 'SIGKILL');
		}

		await clock.sleep(pollInterval);
	}
};

/** Sends a signal to every member; nobody there, or nobody of ours, is no error. */
export const signalGroup = (leader: number, signal: NodeJS.Signals): void => {
	try {
		process.kill(-leader, signal);
	} catch (error) {
		// EPERM is macOS's answer for a group of which only zombies are left.
		if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) {
			throw error;
		}
	}
};

const isGroupAlive = async (leader: number): Promise<boolean> => {
	try {
		process.kill(-leader, 0);
	} catch {
		return false;
	}

	if (process.platform !== 'linux') {
		return true;
	}

	// What has ended and was not yet fetched by its parent still counts as a member: look closer, first where it costs little.
	return isMember(await readProcStat(leader), leader) || isAnyMember(leader);
};

const isAnyMember = async (leader: number): Promise<boolean> => {
	const names = await readdir('/proc').catch(() => []);
	const stats = await Promise.all(names.filter(name => /^\d+$/.test(name)).map(name => readProcStat(Number(name))));
	return stats.some(stat => isMember(stat, leader));
};

const isMember = (stat: Awaited<ReturnType<typeof readProcStat>>, leader: number): boolean =>
	stat?.group === leader && stat.state !== 'Z' && stat.state !== 'X';
