// Tells when something measured by the monotonic clock was, finer than the wall clock's own milliseconds.
import type {Clock} from './clock.ts';
import type {Milliseconds} from './units.ts';

// Beyond this the wall clock was set, or the machine slept.
const jumpMs = 5;

/**
 * Gives a function from monotonic time to milliseconds since 1970, with fractions. The wall clock counts whole milliseconds and is up to one
 * behind, so the largest distance seen between the two clocks is the best.
 */
export const createWallTime = (clock: Pick<Clock, 'now' | 'wall'>): ((at: Milliseconds) => number) => {
	let distance = clock.wall() - clock.now();
	return at => {
		const seen = clock.wall() - clock.now();
		distance = Math.abs(seen - distance) > jumpMs ? seen : Math.max(seen, distance);
		return at + distance;
	};
};
