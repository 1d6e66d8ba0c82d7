import test from 'ava';
import fc from 'fast-check';
import {addValue, bucketBounds, emptyDistribution} from '../../src/telemetry/buckets.ts';
import {quantile} from '../../src/telemetry/quantile.ts';

const bucketsOf = (durations: readonly number[]): readonly number[] => {
	const distribution = emptyDistribution();
	for (const duration of durations) {
		addValue(distribution, duration);
	}

	return distribution.buckets;
};

test('without requests there is no quantile', t => {
	t.is(quantile(bucketsOf([]), 0.5), undefined);
});

test('within a bucket it is found by its share of the way', t => {
	const buckets = bucketsOf([60, 70, 80, 90]);
	t.is(quantile(buckets, 0), 50);
	t.is(quantile(buckets, 0.5), 75);
	t.is(quantile(buckets, 1), 100);
});

test('the first bucket begins at 0', t => {
	t.is(quantile(bucketsOf([0.1]), 0.5), 0.25);
});

test('buckets between are passed over', t => {
	const buckets = bucketsOf([...Array.from({length: 90}, () => 3), ...Array.from({length: 10}, () => 400)]);
	t.is(quantile(buckets, 0.9), 5);
	t.is(quantile(buckets, 0.95), 375);
	t.is(quantile(buckets, 0.99), 475);
});

test('what lies beyond the last bound counts as that bound', t => {
	t.is(quantile(bucketsOf([1e9, 1e9, 1]), 0.99), 3_600_000);
});

const durations = fc.array(fc.double({min: 0, max: 3_600_000, noNaN: true}), {minLength: 1, maxLength: 50});
const share = fc.double({min: 0, max: 1, noNaN: true});

test('a higher share never gives a shorter time', t => {
	fc.assert(
		fc.property(durations, share, share, (list, one, other) => {
			const buckets = bucketsOf(list);
			const low = quantile(buckets, Math.min(one, other)) ?? Number.NaN;
			const high = quantile(buckets, Math.max(one, other)) ?? Number.NaN;
			t.true(low <= high, `${low} ${high}`);
		}),
	);
});

test('the estimate lies in the bucket of the true value', t => {
	fc.assert(
		fc.property(durations, fc.double({min: 0.01, max: 1, noNaN: true}), (list, part) => {
			const sorted = [...list].sort((one, two) => one - two);
			const truth = sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN;
			const index = bucketBounds.findIndex(bound => truth <= bound);
			const estimate = quantile(bucketsOf(list), part) ?? Number.NaN;
			t.true(estimate >= (bucketBounds[index - 1] ?? 0) - 1e-6 && estimate <= (bucketBounds[index] ?? 0) + 1e-6);
		}),
	);
});
