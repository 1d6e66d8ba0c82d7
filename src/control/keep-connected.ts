// Dials until it succeeds, and again when the connection breaks.
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {ProxyLink} from './proxy-link.ts';

export interface Connection {
	/** The link, while there is one. */
	readonly current: () => ProxyLink | undefined;
	readonly close: () => void;
}

const shortestPause = 10;
// Whoever listens there and does not greet is somebody else, or stuck.
const greetingLimit = ms(5000);

/** Starts to dial, with pauses that grow to the longest (milliseconds); `onChange` is told of every link that stands and of every one that broke. */
export const keepConnected = (
	dial: (signal: AbortSignal) => Promise<ProxyLink>,
	clock: Clock,
	onChange: (link: ProxyLink | undefined) => void,
	longestPause = 500,
): Connection => {
	const stop = new AbortController();
	let current: ProxyLink | undefined;
	const dialInTime = async (): Promise<ProxyLink> => {
		const late = new AbortController();
		const cancel = clock.after(greetingLimit, () => late.abort());
		try {
			return await dial(AbortSignal.any([stop.signal, late.signal]));
		} finally {
			cancel();
		}
	};

	const run = async (): Promise<void> => {
		let pause = shortestPause;
		while (!stop.signal.aborted) {
			try {
				const link = await dialInTime();
				if (stop.signal.aborted) {
					link.close();
					return;
				}

				pause = shortestPause;
				current = link;
				onChange(link);
				await link.closed;
				current = undefined;
				onChange(undefined);
			} catch {
				// Not there yet, or no more: the caller sees it by `current`.
				await clock.sleep(ms(pause), stop.signal).catch(() => {});
				pause = Math.min(longestPause, pause * 2);
			}
		}
	};

	void run();
	return {
		current: () => current,
		close: () => {
			stop.abort();
			current?.close();
		},
	};
};
