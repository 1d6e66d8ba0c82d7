// How long certificates are good for.
import type {Clock} from '../common/clock.ts';

export interface Lifetime {
	readonly notBeforeDate: Date;
	readonly notAfterDate: Date;
}

const day = 86_400_000;

/** For leaves: from a day ago, so that a clock that runs behind does not refuse them, for a day unless a span is said, in milliseconds. */
export const leafLifetime = (clock: Clock, span: number = day): Lifetime => lifetime(clock, span);

/** For roots: from two days ago, before any leaf of theirs, for ten years. */
export const rootLifetime = (clock: Clock): Lifetime => ({
	...lifetime(clock, 3650 * day),
	notBeforeDate: new Date(clock.wall() - 2 * day),
});

// X.509 knows whole seconds.
const lifetime = (clock: Clock, span: number): Lifetime => {
	const now = Math.floor(clock.wall() / 1000) * 1000;
	return {notBeforeDate: new Date(now - day), notAfterDate: new Date(now + span)};
};
