import test from 'ava';
import fc from 'fast-check';
import {quantile} from '../../src/telemetry/quantile.ts';
import {bucketsMs, createRequestStats} from '../../src/telemetry/request-stats.ts';

const bucketsOf = (durations: readonly number[]): readonly number[] => {
	const counter = createRequestStats();
	for (const durationMs of durations) {
		counter.record(
			{reporter: 'source', source: 'a', destination: 'b', version: '', status: 200, flags: '-'},
			durationMs,
		);
	}

	return counter.read().edges[0]?.buckets ?? bucketsMs.map(() => 0);
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
			const index = bucketsMs.findIndex(bound => truth <= bound);
			const estimate = quantile(bucketsOf(list), part) ?? Number.NaN;
			t.true(estimate >= (bucketsMs[index - 1] ?? 0) - 1e-6 && estimate <= (bucketsMs[index] ?? 0) + 1e-6);
		}),
	);
});
