// Wakes those who wait for a change.
import type {Clock} from '../common/clock.ts';
import type {Milliseconds} from '../common/units.ts';

export interface Bell {
	readonly ring: () => void;
	/** Resolves at the next ring, or when the time is over. Rejects with the signal's reason. */
	readonly wait: (span: Milliseconds, signal: AbortSignal) => Promise<void>;
}

/** Creates a bell without anybody waiting. */
export const createBell = (clock: Clock): Bell => {
	const waiting = new Set<AbortController>();
	return {
		ring: () => {
			for (const waiter of waiting) {
				waiter.abort();
			}
		},
		wait: async (span, signal) => {
			const waiter = new AbortController();
			waiting.add(waiter);
			try {
				await clock.sleep(span, AbortSignal.any([signal, waiter.signal]));
			} catch (error) {
				if (signal.aborted) {
					throw error;
				}
			} finally {
				waiting.delete(waiter);
			}
		},
	};
};
