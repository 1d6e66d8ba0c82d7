import test from 'ava';
import {ms} from '../../src/common/units.ts';
import {createTestRuntime, program} from '../support/runtime.ts';
import {freePort} from '../support/scene.ts';

const health = {
	probe: {kind: 'http', path: '/health'},
	intervalMs: ms(50),
	timeoutMs: ms(500),
	failures: 2,
	startTimeoutMs: ms(1500),
} as const;

test('an app whose health check fails again and again is unready, says why, and is not killed for it', async t => {
	const {runtime, next, events} = await createTestRuntime(t);
	const port = await freePort();
	// Healthy for longer than a start may take, then not for a moment, then again.
	const code = `
		const from = Date.now();
		require('http').createServer((q, r) => {
			const age = Date.now() - from;
			r.statusCode = age > 1800 && age < 2600 ? 503 : 200;
			r.end();
		}).listen(${port}, '127.0.0.1');
	`;
	const ready = next('api-1', 'ready');
	await runtime.start(program('api-1', code, {appPort: port, health}));
	await ready;
	const {pid} = runtime.observe().instances[0] ?? {};
	const unready = await next('api-1', 'starting');
	t.like(unready, {waitingFor: `http/${port}/health: status 503`, note: '2 probes failed'});
	await next('api-1', 'ready');
	t.is(runtime.observe().instances[0]?.pid, pid);
	t.deepEqual(
		events.map(({state}) => state).filter(state => state === 'failed'),
		[],
	);
});

test('a ready line that was seen once counts however much is printed after it', async t => {
	const {runtime, next} = await createTestRuntime(t);
	const code = `
		console.log('server is up');
		setTimeout(() => process.stdout.write(('x'.repeat(1000) + '\\n').repeat(1500), () => setInterval(() => {}, 1000)), 300);
	`;
	const ready = next('api-1', 'ready');
	await runtime.start(
		program('api-1', code, {health: {...health, probe: {kind: 'log', pattern: 'is up'}}, restart: 'no'}),
	);
	await ready;
	const after = next('api-1', 'starting').then(() => 'unready');
	const witness = next('witness-1', 'completed').then(() => 'ready');
	await runtime.start(program('witness-1', 'setTimeout(() => {}, 1200)', {job: true, restart: 'no'}));
	t.is(await Promise.race([after, witness]), 'ready');
});
