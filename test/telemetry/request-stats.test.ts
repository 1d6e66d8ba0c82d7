import test from 'ava';
import fc from 'fast-check';
import {bucketsMs, createRequestStats, type Edge} from '../../src/telemetry/request-stats.ts';

const edge: Edge = {reporter: 'source', source: 'web', destination: 'reviews', version: 'v1', status: 200, flags: '-'};

test('a counter begins at nothing', t => {
	t.deepEqual(createRequestStats().read(), {edges: []});
});

test('requests of one edge are counted together, their durations by bucket', t => {
	const counter = createRequestStats();
	for (const durationMs of [0, 0.5, 0.6, 100, 100.1, 4_000_000]) {
		counter.record(edge, durationMs);
	}

	const [stats] = counter.read().edges;
	t.like(stats, {...edge, count: 6});
	t.true(Math.abs((stats?.sumMs ?? 0) - 4_000_201.2) < 1e-6);
	t.deepEqual(
		stats?.buckets.flatMap((count, index) => (count === 0 ? [] : [[bucketsMs[index] ?? 'more', count]])),
		[
			[0.5, 2],
			[1, 1],
			[100, 1],
			[250, 1],
			['more', 1],
		],
	);
});

test('the bounds are Istio’s, rising', t => {
	t.deepEqual(
		bucketsMs,
		[
			0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
			3_600_000,
		],
	);
});

for (const part of [
	{reporter: 'destination'},
	{source: 'api'},
	{destination: 'ratings'},
	{version: 'v2'},
	{status: 503},
	{flags: 'UF'},
] as const) {
	test(`another ${Object.keys(part).join()} is another edge`, t => {
		const counter = createRequestStats();
		counter.record(edge, 1);
		counter.record({...edge, ...part}, 1);
		t.deepEqual(
			counter.read().edges.map(({count}) => count),
			[1, 1],
		);
	});
}

test('what was read does not change with what follows', t => {
	const counter = createRequestStats();
	counter.record(edge, 1);
	const before = counter.read();
	const copy = structuredClone(before);
	counter.record(edge, 1);
	t.deepEqual(before, copy);
});

test('the buckets of an edge add up to its count, and the count to what was recorded', t => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.constantFrom(200, 404, 503), fc.double({min: 0, max: 1e7, noNaN: true}))),
			list => {
				const counter = createRequestStats();
				for (const [status, durationMs] of list) {
					counter.record({...edge, status}, durationMs);
				}

				const {edges} = counter.read();
				for (const {count, buckets} of edges) {
					t.is(
						buckets.reduce((sum, value) => sum + value, 0),
						count,
					);
					t.is(buckets.length, bucketsMs.length + 1);
				}

				t.is(
					edges.reduce((sum, {count}) => sum + count, 0),
					list.length,
				);
			},
		),
	);
});
