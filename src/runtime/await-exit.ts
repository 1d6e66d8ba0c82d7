// Hears of the end of a process that somebody else started.
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
	while ((await processStartTime(pid)) === startTime) {
		try {
			await clock.sleep(interval, signal);
		} catch {
			return new Promise(() => {});
		}
	}

	return {isSuccess: false, description: 'has ended'};
};
