// Everything that a measurement has started, so that it is stopped whatever happens.
import type {Cleanup} from '../test/support/cleanup.ts';

export interface Scope {
	/** Remembers how to stop what was just started. After the end it is stopped at once, and this throws. */
	readonly teardown: (stop: () => unknown) => void;
	/** Aborted when the measurement is given up. */
	readonly signal: AbortSignal;
	/** Stops all of it, the newest first; again does nothing more. */
	readonly close: () => Promise<void>;
	/** For the scenes that tests have, too. */
	readonly cleanup: Cleanup;
}

/** Creates a scope that ends by `close`, or when the signal says so. */
export const createScope = (signal: AbortSignal, warn: (line: string) => void): Scope => {
	const stops: (() => unknown)[] = [];
	let closing: Promise<void> | undefined;

	const stopAll = async (): Promise<void> => {
		for (let stop = stops.pop(); stop; stop = stops.pop()) {
			try {
				await stop();
			} catch (error) {
				warn(`something was left behind: ${String(error)}`);
			}
		}
	};

	const close = (): Promise<void> => {
		closing ??= stopAll();
		return closing;
	};

	const teardown = (stop: () => unknown): void => {
		stops.push(stop);
		if (closing) {
			closing = closing.then(stopAll);
			throw new Error('it was started after the end');
		}
	};

	signal.addEventListener('abort', close, {once: true});
	return {teardown, signal, close, cleanup: {teardown, log: (...lines: unknown[]) => warn(lines.join(' '))} as Cleanup};
};
