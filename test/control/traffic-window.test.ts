import test from 'ava';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import {createTrafficWindow} from '../../src/control/traffic-window.ts';
import {bucketsMs, type EdgeStats, type RequestStats} from '../../src/telemetry/request-stats.ts';

const stats = (count: number, status = 200): RequestStats => ({
	edges: [
		{
			reporter: 'destination',
			source: 'web',
			destination: 'api',
			version: 'v1',
			status,
			flags: '-',
			count,
			sumMs: count * 4,
			buckets: [...bucketsMs, Number.POSITIVE_INFINITY].map(bound => (bound === 5 ? count : 0)),
		},
	],
});

const all = (_: EdgeStats): boolean => true;

test('without requests there is a rate of 0 and nothing to say of success or times', t => {
	t.deepEqual(createTrafficWindow(createManualClock()).read(all), {
		requestsPerSecond: 0,
		success: undefined,
		p50: undefined,
		p95: undefined,
		p99: undefined,
	});
});

test('cumulative numbers count by what was added since the last ones', async t => {
	const clock = createManualClock();
	const window = createTrafficWindow(clock);
	await clock.advance(ms(10_000));
	window.take('api-1', 1, stats(10));
	window.take('api-1', 1, stats(30));
	t.is(window.read(all).requestsPerSecond, 3);
});

test('what is older than a minute counts no more', async t => {
	const clock = createManualClock();
	const window = createTrafficWindow(clock);
	window.take('api-1', 1, stats(600));
	await clock.advance(ms(30_000));
	window.take('api-1', 1, stats(660));
	await clock.advance(ms(30_000));
	t.is(window.read(all).requestsPerSecond, 1);
});

test('a fresh worker begins at 0 again', async t => {
	const clock = createManualClock();
	const window = createTrafficWindow(clock);
	await clock.advance(ms(10_000));
	window.take('api-1', 1, stats(30));
	window.take('api-1', 2, stats(20));
	t.is(window.read(all).requestsPerSecond, 5);
});

test('numbers that came together before the control plane started say nothing of the last minute', async t => {
	const clock = createManualClock();
	const window = createTrafficWindow(clock);
	await clock.advance(ms(10_000));
	window.takeOld('api-1', 1, stats(100_000));
	window.take('api-1', 1, stats(100_010));
	t.is(window.read(all).requestsPerSecond, 1);
});

test('success is the share without 5xx, and the times lie within the bounds of their bucket', async t => {
	const clock = createManualClock();
	const window = createTrafficWindow(clock);
	window.take('api-1', 1, {edges: [...stats(3).edges, ...stats(1, 503).edges]});
	const {success, p50, p99} = window.read(all);
	t.is(success, 0.75);
	t.true(p50 !== undefined && p50 > 1 && p50 <= 5);
	t.true(p99 !== undefined && p99 <= 5);
});
