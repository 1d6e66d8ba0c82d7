// Time is handed in, so that tests move it by hand.
import {type Milliseconds, ms} from './units.ts';

export interface Clock {
	/** Gives monotonic time: it never jumps, its zero means nothing. */
	readonly now: () => Milliseconds;
	/** Gives wall-clock time in milliseconds since 1970, for certificates and log lines only. */
	readonly wall: () => number;
	/** Resolves after the span. Rejects with the signal's reason as soon as it is aborted. */
	readonly sleep: (span: Milliseconds, signal?: AbortSignal) => Promise<void>;
	/** Calls back once after the span. Returns what cancels it. */
	readonly after: (span: Milliseconds, callback: () => void) => () => void;
}

/** The machine's own clock. Its timers keep a process alive unless they are cancelled. */
export const systemClock: Clock = createClock({
	now: () => ms(performance.now()),
	wall: () => Date.now(),
	after: (span, callback) => {
		const timer = setTimeout(callback, span);
		return () => clearTimeout(timer);
	},
});

/** Builds the sleep of a clock from its timer. */
export function createClock(parts: Pick<Clock, 'now' | 'wall' | 'after'>): Clock {
	return {
		...parts,
		sleep: (span, signal) =>
			new Promise((resolve, reject) => {
				if (signal?.aborted) {
					reject(signal.reason);
					return;
				}

				const onAbort = () => {
					cancel();
					reject(signal?.reason);
				};

				const cancel = parts.after(span, () => {
					signal?.removeEventListener('abort', onAbort);
					resolve();
				});
				signal?.addEventListener('abort', onAbort, {once: true});
			}),
	};
}
