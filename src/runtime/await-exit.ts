// Hears of the end of a process that somebody else started.
import process from 'node:process';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import {processStartTime} from './process-start-time.ts';
import type {ProcessExit} from './spawn-in-group.ts';

const interval = ms(100);

/** Looks ten times a second whether the process lives; its exit code stays unknown. Never resolves after the signal was aborted. */
export const awaitExit = async (
	pid: number,
	startTime: string,
	clock: Clock,
	signal: AbortSignal,
): Promise<ProcessExit> => {
	while (await isStillThere(pid, startTime)) {
		try {
			await clock.sleep(interval, signal);
		} catch {
			return new Promise(() => {});
		}
	}

	return {isSuccess: false, description: 'has ended'};
};

const isStillThere = async (pid: number, startTime: string): Promise<boolean> => {
	if (process.platform === 'linux') {
		return (await processStartTime(pid)) === startTime;
	}

	// Elsewhere the start time costs a process of its own, and a number is not given again within a tenth of a second.
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
};
