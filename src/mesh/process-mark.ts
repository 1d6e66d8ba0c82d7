// Names a process in a file, so that a later one of the same number is not taken for it.
import {processStartTime} from '../runtime/process-start-time.ts';

/** Gives `<pid> <start time>`. The number alone would do until the machine is started again and gives it to somebody else. */
export const describeProcess = async (pid: number): Promise<string> => `${pid} ${(await processStartTime(pid)) ?? ''}`;

/** Gives the number of the process that a file names, while it lives. */
export const livingProcess = async (found: string): Promise<number | undefined> => {
	const pid = Number.parseInt(found, 10);
	const startTime = pid > 0 ? await processStartTime(pid) : undefined;
	return startTime !== undefined && found === `${pid} ${startTime}` ? pid : undefined;
};
