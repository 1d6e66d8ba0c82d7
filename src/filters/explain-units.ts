// Units in words, for explanations.
import type {Milliseconds, Ratio} from '../common/units.ts';

/** `250 ms`, `2 s`, `1.5 s`. */
export const explainDuration = (span: Milliseconds): string => (span >= 1000 ? `${span / 1000} s` : `${span} ms`);

/** ` on 20 % of requests`, or nothing when it is all of them. */
export const explainShare = (share: Ratio): string =>
	share === 1 ? '' : ` on ${Number((share * 100).toFixed(4))} % of requests`;
