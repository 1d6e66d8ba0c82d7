// Understands Ctrl-C: once to stop, again to stop at once.
import process from 'node:process';
import {type Clock, systemClock} from '../common/clock.ts';

export interface StopSignals {
	/** Aborted by the first signal; its name is the reason. */
	readonly stop: AbortSignal;
	/** Aborted by another Ctrl-C later on. */
	readonly force: AbortSignal;
	/** Lets signals end the process again. */
	readonly release: () => void;
}

// npm hands on the Ctrl-C that the terminal has sent to all its children already.
const sameMoment = 500;

/** Listens for Ctrl-C, SIGTERM and a hang-up instead of ending the process. Calls back once, with the first. */
export const onStopSignals = (onStop: () => void, clock: Clock = systemClock): StopSignals => {
	const stop = new AbortController();
	const force = new AbortController();
	let firstAt = clock.now();
	const take = (signal: NodeJS.Signals): void => {
		if (!stop.signal.aborted) {
			firstAt = clock.now();
			onStop();
			stop.abort(signal);
		} else if (signal === 'SIGINT' && clock.now() - firstAt > sameMoment) {
			force.abort();
		}
	};

	for (const signal of signals) {
		process.on(signal, take);
	}

	return {
		stop: stop.signal,
		force: force.signal,
		release: () => {
			for (const signal of signals) {
				process.off(signal, take);
			}
		},
	};
};

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
