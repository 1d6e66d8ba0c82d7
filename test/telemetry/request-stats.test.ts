import test from 'ava';
import fc from 'fast-check';
import {bucketBounds} from '../../src/telemetry/buckets.ts';
import {createRequestStats, type Edge, type RequestMeasures} from '../../src/telemetry/request-stats.ts';

const edge: Edge = {
	reporter: 'source',
	source: 'web',
	destination: 'reviews',
	version: 'v1',
	status: 200,
	flags: '-',
	isMutual: false,
};
const measured = (durationMs: number): RequestMeasures => ({durationMs, requestBytes: 3, responseBytes: 700});

test('a counter begins at nothing', t => {
	t.deepEqual(createRequestStats().read(), {edges: [], connections: []});
});

test('requests of one edge are counted together, their durations and sizes by bucket', t => {
	const counter = createRequestStats();
	for (const durationMs of [0, 0.5, 0.6, 100, 100.1, 4_000_000]) {
		counter.record(edge, measured(durationMs));
	}

	const [stats] = counter.read().edges;
	t.like(stats, {...edge, count: 6});
	t.true(Math.abs((stats?.durations.sum ?? 0) - 4_000_201.2) < 1e-6);
	const filled = (buckets: readonly number[] = []) =>
		buckets.flatMap((count, index) => (count === 0 ? [] : [[bucketBounds[index] ?? 'more', count]]));
	t.deepEqual(filled(stats?.durations.buckets), [
		[0.5, 2],
		[1, 1],
		[100, 1],
		[250, 1],
		['more', 1],
	]);
	t.deepEqual(filled(stats?.requestBytes.buckets), [[5, 6]]);
	t.deepEqual(filled(stats?.responseBytes.buckets), [[1000, 6]]);
	t.is(stats?.responseBytes.sum, 4200);
});

test('the bounds are Istio’s, rising', t => {
	t.deepEqual(
		bucketBounds,
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
	{isMutual: true},
] as const) {
	test(`another ${Object.keys(part).join()} is another edge`, t => {
		const counter = createRequestStats();
		counter.record(edge, measured(1));
		counter.record({...edge, ...part}, measured(1));
		t.deepEqual(
			counter.read().edges.map(({count}) => count),
			[1, 1],
		);
	});
}

test('what was read does not change with what follows', t => {
	const counter = createRequestStats();
	counter.record(edge, measured(1));
	const before = counter.read();
	const copy = structuredClone(before);
	counter.record(edge, measured(1));
	t.deepEqual(before, copy);
});

test('the buckets of an edge add up to its count, and the count to what was recorded', t => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.constantFrom(200, 404, 503), fc.double({min: 0, max: 1e7, noNaN: true}))),
			list => {
				const counter = createRequestStats();
				for (const [status, durationMs] of list) {
					counter.record({...edge, status}, measured(durationMs));
				}

				const {edges} = counter.read();
				for (const {count, durations} of edges) {
					t.is(
						durations.buckets.reduce((sum, value) => sum + value, 0),
						count,
					);
					t.is(durations.buckets.length, bucketBounds.length + 1);
				}

				t.is(
					edges.reduce((sum, {count}) => sum + count, 0),
					list.length,
				);
			},
		),
	);
});

test('an app with endless kinds of answers fills no memory: beyond 1,000 edges only the class of a status is kept, and no request is lost', t => {
	const counter = createRequestStats();
	for (let service = 0; service < 30; service++) {
		for (let status = 200; status < 300; status++) {
			counter.record({...edge, destination: `s${service}`, status}, measured(1));
		}
	}

	const {edges} = counter.read();
	t.true(edges.length <= 1030, String(edges.length));
	t.is(
		edges.reduce((sum, {count}) => sum + count, 0),
		3000,
	);
});

test('the bytes of an open connection are counted before it ends, its end by the flags of its end', t => {
	const counter = createRequestStats();
	const {meter, close} = counter.open({...edge, status: 0});
	meter.received += 10;
	meter.sent += 2000;
	t.like(counter.read().connections[0], {opened: 1, closed: 0, receivedBytes: 10, sentBytes: 2000});
	const version = counter.version();
	meter.sent += 1;
	t.not(counter.version(), version);
	close('UC');
	const [whole, broken] = counter.read().connections;
	t.like(whole, {flags: '-', opened: 1, closed: 0, sentBytes: 2001});
	t.like(broken, {flags: 'UC', opened: 0, closed: 1, sentBytes: 0});
});
