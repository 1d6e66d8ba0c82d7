// Lets so many through at once, and so many a second after that.
import type {Clock} from './clock.ts';

export interface TokenBucketOptions {
	readonly clock: Pick<Clock, 'now'>;
	/** How many may be taken at once. */
	readonly burst: number;
	readonly perSecond: number;
}

/** Creates a full bucket; a call takes one token, and says whether there was one. */
export const createTokenBucket = ({clock, burst: most, perSecond: rate}: TokenBucketOptions): (() => boolean) => {
	let tokens = most;
	let filledAt = clock.now();
	return () => {
		if (tokens < 1) {
			const now = clock.now();
			tokens = Math.min(most, tokens + ((now - filledAt) / 1000) * rate);
			filledAt = now;
		}

		if (tokens < 1) {
			return false;
		}

		tokens--;
		return true;
	};
};
