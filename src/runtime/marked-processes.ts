// Finds processes by what was put into their environment, whoever their parent or group is by now.
import {readdir, readFile} from 'node:fs/promises';
import process from 'node:process';
import type {Clock} from '../common/clock.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import {readProcStat} from './process-start-time.ts';

export interface MarkedProcess {
	readonly pid: number;
	readonly environment: ReadonlyMap<string, string>;
}

/** By this variable a process is known as one of a mesh's, even when nothing else tells of it; its value is the file of records. */
export const markName = 'DEVMESH_PROCESSES';
/** By this one it is known as one of an instance's. */
export const instanceName = 'DEVMESH_INSTANCE';

/** Gives the processes of a mesh, without this one. Linux only; elsewhere none are found. */
export const findMarked = async (mark: string): Promise<readonly MarkedProcess[]> => {
	const names = await readdir('/proc').catch(() => []);
	const pids = names.filter(name => /^\d+$/.test(name)).map(Number);
	const found = await Promise.all(
		pids.map(async (pid): Promise<readonly MarkedProcess[]> => {
			const text = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
			if (pid === process.pid || !text.includes(mark)) {
				return [];
			}

			const environment = new Map(text.split('\0').map(entry => splitAt(entry, entry.indexOf('='))));
			return environment.get(markName) === mark && (await readProcStat(pid))?.state !== 'Z' ? [{pid, environment}] : [];
		}),
	);
	return found.flat();
};

const splitAt = (text: string, index: number): readonly [string, string] => [
	text.slice(0, index),
	text.slice(index + 1),
];

const pollInterval = ms(30);
// Even a killed process may be held up by the system; nobody waits for that for ever.
const patience = 5000;

/** Ends those of a mesh's processes that are meant, one by one, since their group's leader may be gone; whoever is left after the grace is killed. */
export const stopMarked = async (
	mark: string,
	isMeant: (found: MarkedProcess) => boolean,
	graceMs: Milliseconds,
	clock: Clock,
): Promise<void> => {
	const deadline = clock.now() + graceMs;
	const asked = new Set<number>();
	while (clock.now() <= deadline + patience) {
		const left = (await findMarked(mark)).filter(isMeant);
		if (left.length === 0) {
			return;
		}

		for (const {pid} of left) {
			if (clock.now() >= deadline) {
				send(pid, 'SIGKILL');
			} else if (!asked.has(pid)) {
				asked.add(pid);
				send(pid, 'SIGTERM');
			}
		}

		await clock.sleep(pollInterval);
	}
};

const send = (pid: number, signal: NodeJS.Signals): void => {
	try {
		process.kill(pid, signal);
	} catch {
		// It has ended by itself.
	}
};
