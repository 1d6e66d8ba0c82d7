import test from 'ava';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import type {Growth} from '../../src/control/traffic-growth.ts';
import {createTrafficWindow} from '../../src/control/traffic-window.ts';
import {bucketBounds, type Distribution} from '../../src/telemetry/buckets.ts';
import type {Edge} from '../../src/telemetry/request-stats.ts';

const durations = (count: number): Distribution => ({
	sum: count * 4,
	buckets: [...bucketBounds, Number.POSITIVE_INFINITY].map(bound => (bound === 5 ? count : 0)),
});

const growth = (count: number, status = 200): Growth => ({
	edges: [
		{
			reporter: 'destination',
			source: 'web',
			destination: 'api',
			version: 'v1',
			status,
			flags: '-',
			isMutual: true,
			count,
			durations: durations(count),
			requestBytes: durations(0),
			responseBytes: durations(0),
		},
	],
	connections: [],
});

const all = (_: Edge): boolean => true;

test('without requests there is a rate of 0 and nothing to say of success or times', t => {
	t.deepEqual(createTrafficWindow(createManualClock()).read(all), {
		requestsPerSecond: 0,
		success: undefined,
		p50: undefined,
		p95: undefined,
		p99: undefined,
	});
});

test('requests count by the seconds that have passed', async t => {
	const clock = createManualClock();
	const window = createTrafficWindow(clock);
	await clock.advance(ms(10_000));
	window.take(growth(10));
	window.take(growth(20));
	t.is(window.read(all).requestsPerSecond, 3);
});

test('what is older than a minute counts no more', async t => {
	const clock = createManualClock();
	const window = createTrafficWindow(clock);
	window.take(growth(600));
	await clock.advance(ms(30_000));
	window.take(growth(60));
	await clock.advance(ms(30_000));
	t.is(window.read(all).requestsPerSecond, 1);
});

test('a raw connection counts as a request, without a duration', async t => {
	const clock = createManualClock();
	const window = createTrafficWindow(clock);
	await clock.advance(ms(10_000));
	const [edge] = growth(0).edges;
	window.take({
		edges: [],
		connections: [{...(edge as Edge), opened: 20, closed: 3, receivedBytes: 1, sentBytes: 2}],
	});
	t.like(window.read(all), {requestsPerSecond: 2, success: undefined, p50: undefined});
});

test('success is the share without 5xx, and the times lie within the bounds of their bucket', async t => {
	const clock = createManualClock();
	const window = createTrafficWindow(clock);
	window.take({edges: [...growth(3).edges, ...growth(1, 503).edges], connections: []});
	const {success, p50, p99} = window.read(all);
	t.is(success, 0.75);
	t.true(p50 !== undefined && p50 > 1 && p50 <= 5);
	t.true(p99 !== undefined && p99 <= 5);
});
