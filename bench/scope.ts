// Everything that a measurement has started, so that it is stopped in order whatever happens.
import type {Cleanup} from '../test/support/cleanup.ts';

export interface Scope {
	/** Remembers how to stop what was just started. */
	readonly teardown: (stop: () => unknown) => void;
	/** Aborted when the measurement is given up: whoever waits then stops to wait, and whoever began the scope closes it. */
	readonly signal: AbortSignal;
	/** Stops all of it, the newest first; again does nothing more. */
	readonly close: () => Promise<void>;
	/** For the scenes that tests have, too. */
	readonly cleanup: Cleanup;
}

/** Creates a scope; whoever does so closes it, in a `finally`. */
export const createScope = (signal: AbortSignal, warn: (line: string) => void): Scope => {
	const stops: (() => unknown)[] = [];
	const teardown = (stop: () => unknown): void => {
		stops.push(stop);
	};

	return {
		teardown,
		signal,
		close: async () => {
			for (let stop = stops.pop(); stop; stop = stops.pop()) {
				try {
					await stop();
				} catch (error) {
					warn(`something was left behind: ${String(error)}`);
				}
			}
		},
		cleanup: {teardown, log: (...lines: unknown[]) => warn(lines.join(' '))} as Cleanup,
	};
};
