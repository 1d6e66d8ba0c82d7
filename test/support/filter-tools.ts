// What filters may use, under the hands of a test.
import {createManualClock, type ManualClock} from '../../src/common/manual-clock.ts';
import type {FilterTools} from '../../src/http/filter.ts';

/** The tools of a filter, with a clock that stands still. */
export interface TestTools extends FilterTools {
	readonly clock: ManualClock;
}

/** Makes the tools of the rule `faults[0]`: chance in the middle, draws of 0, unless said otherwise. */
export const filterTools = (parts: Partial<TestTools> = {}): TestTools => ({
	clock: createManualClock(),
	random: () => 0.5,
	draw: () => 0,
	rule: 'faults[0]',
	...parts,
});
