// Waits for work that should end by itself when it is told to.
import {setTimeout as sleep} from 'node:timers/promises';

/** Gives what the work gives; throws when the work still goes on `graceMs` after the signal. */
export const within = async <Result>(work: Promise<Result>, signal: AbortSignal, graceMs: number): Promise<Result> => {
	const over = new AbortController();
	const giveUp = async (): Promise<never> => {
		await new Promise<void>(resolve => {
			signal.addEventListener('abort', () => resolve(), {once: true});
			over.signal.addEventListener('abort', () => resolve(), {once: true});
		});
		await sleep(graceMs, undefined, {signal: over.signal});
		throw new Error(`it did not end within ${graceMs / 1000} s`);
	};

	try {
		return await Promise.race([work, giveUp()]);
	} finally {
		over.abort();
	}
};
