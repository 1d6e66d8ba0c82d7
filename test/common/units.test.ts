import test from 'ava';
import fc from 'fast-check';
import {bytes, ms, ratio} from '../../src/common/units.ts';

test('numbers stay what they were when they get a unit', t => {
	t.is(Number(ms(250)), 250);
	t.is(Number(bytes(1024)), 1024);
	fc.assert(
		fc.property(fc.double({min: 0, max: 1, noNaN: true}), value => {
			t.is(Number(ratio(value)), value);
		}),
	);
});

for (const value of [-0.01, 1.01, Number.NaN, Number.POSITIVE_INFINITY]) {
	test(`${value} is no ratio`, t => {
		t.throws(() => ratio(value), {instanceOf: RangeError, message: `a ratio lies between 0 and 1, not at ${value}`});
	});
}
