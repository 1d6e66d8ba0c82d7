import process from 'node:process';
import test from 'ava';
import {ms} from '../../src/common/units.ts';
import {processStartTime} from '../../src/runtime/process-start-time.ts';
import {createTestRuntime, program, server} from '../support/runtime.ts';
import {freePort} from '../support/scene.ts';

/** What has ended and was not yet fetched by its parent is not alive. */
const isAlive = async (pid: number): Promise<boolean> => (await processStartTime(pid)) !== undefined;

test('an app without a health check is ready when its port accepts', async t => {
	const {runtime, next} = await createTestRuntime(t);
	const ready = next('api-1', 'ready');
	await runtime.start(server('api-1', await freePort()));
	await ready;
	t.is(runtime.observe().instances[0]?.state, 'ready');
});

test('an app that is killed is started again almost at once', async t => {
	const {runtime, next} = await createTestRuntime(t);
	const first = next('api-1', 'ready');
	await runtime.start(server('api-1', await freePort()));
	await first;
	const before = runtime.observe().instances[0]?.pid ?? 0;
	const restarting = next('api-1', 'restarting');
	const again = next('api-1', 'ready');
	process.kill(before, 'SIGKILL');
	t.is((await restarting).note, 'was killed by SIGKILL; starting again in 50 ms');
	await again;
	t.not(runtime.observe().instances[0]?.pid, before);
});

test('an app that fails again and again waits longer each time, and its last words are shown', async t => {
	const {runtime, next, events} = await createTestRuntime(t);
	const first = next('api-1', 'restarting');
	await runtime.start(program('api-1', 'console.error("no database"); process.exit(3)'));
	t.is((await first).note, 'exited with 3; starting again in 50 ms');
	const second = await next('api-1', 'restarting');
	t.is(second.note, 'exited with 3; starting again in 500 ms');
	t.deepEqual(second.lastLines?.at(-1), 'no database');
	t.true(events.every(({state}) => state !== 'ready'));
});

test('stopping ends what the app started, too', async t => {
	const {runtime, next, folder} = await createTestRuntime(t);
	const port = await freePort();
	const code = `
		const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(()=>{},1000)']);
		require('fs').writeFileSync(${JSON.stringify(`${folder}/child`)}, String(child.pid));
		require('http').createServer().listen(${port}, '127.0.0.1');
	`;
	const ready = next('api-1', 'ready');
	await runtime.start(program('api-1', code, {appPort: port}));
	await ready;
	const {readFile} = await import('node:fs/promises');
	const child = Number(await readFile(`${folder}/child`, 'utf8'));
	t.true(await isAlive(child));
	await runtime.stop('api-1');
	t.false(await isAlive(child));
	t.is(runtime.observe().instances.length, 0);
});

test('an app that does not listen to SIGTERM is killed after its grace', async t => {
	const {runtime, next} = await createTestRuntime(t);
	const port = await freePort();
	const ready = next('api-1', 'ready');
	await runtime.start(
		program('api-1', `process.on('SIGTERM', () => {}); require('http').createServer().listen(${port}, '127.0.0.1')`, {
			appPort: port,
			stopGraceMs: ms(100),
		}),
	);
	await ready;
	const pid = runtime.observe().instances[0]?.pid ?? 0;
	await runtime.stop('api-1');
	t.false(await isAlive(pid));
});

test('a job that ends well is completed and not started again', async t => {
	const {runtime, next} = await createTestRuntime(t);
	const done = next('migrate-1', 'completed');
	await runtime.start(program('migrate-1', '', {job: true, restart: 'no'}));
	t.is((await done).note, 'exited with 0');
});

test('a job that fails says so with its last words', async t => {
	const {runtime, next} = await createTestRuntime(t);
	const failed = next('migrate-1', 'failed');
	await runtime.start(
		program('migrate-1', 'console.log("table missing"); process.exit(1)', {job: true, restart: 'no'}),
	);
	t.like(await failed, {note: 'exited with 1', lastLines: ['table missing']});
});

test('a slow start names what it waits for', async t => {
	const {runtime, next} = await createTestRuntime(t);
	const port = await freePort();
	await runtime.start(program('db-1', 'setInterval(()=>{},1000)', {appPort: port}));
	const event = await next('db-1', 'starting');
	t.is(event.waitingFor, `tcp/${port}: connection refused`);
	t.true(event.forMs >= 1000);
});

test('a start that takes longer than it may is called failed, and ready when it gets there after all', async t => {
	const {runtime, next} = await createTestRuntime(t);
	const port = await freePort();
	const health = {
		probe: {kind: 'tcp'},
		intervalMs: ms(1000),
		timeoutMs: ms(500),
		failures: 3,
		startTimeoutMs: ms(300),
	} as const;
	const failed = next('db-1', 'failed');
	const ready = next('db-1', 'ready');
	await runtime.start(
		program('db-1', `setTimeout(() => require('net').createServer().listen(${port}, '127.0.0.1'), 900)`, {
			appPort: port,
			health,
		}),
	);
	t.is((await failed).note, `not ready after 0.3 s: tcp/${port}: connection refused`);
	await ready;
	t.is(runtime.observe().instances[0]?.state, 'ready');
});

for (const [name, code, probe] of [
	[
		'HTTP',
		(port: number) =>
			`let n=0;require('http').createServer((q,r)=>{r.statusCode=n++<2?503:200;r.end()}).listen(${port},'127.0.0.1')`,
		{kind: 'http', path: '/health'},
	],
	[
		'a log line',
		() => `setTimeout(()=>console.log('server is UP now'),100);setInterval(()=>{},1000)`,
		{kind: 'log', pattern: 'is U[P]'},
	],
	[
		'a command',
		() => 'setInterval(()=>{},1000)',
		{kind: 'command', command: [process.execPath, '-e', 'process.exit(0)']},
	],
] as const) {
	test(`an app can be asked by ${name}`, async t => {
		const {runtime, next} = await createTestRuntime(t);
		const port = await freePort();
		const health = {probe, intervalMs: ms(1000), timeoutMs: ms(5000), failures: 3, startTimeoutMs: ms(60_000)};
		const ready = next('api-1', 'ready');
		await runtime.start(program('api-1', code(port), {appPort: port, health}));
		await ready;
		t.pass();
	});
}

test('a command that does not exist is an error with a remedy', async t => {
	const {runtime} = await createTestRuntime(t);
	const error = await t.throwsAsync(runtime.start(program('api-1', '', {command: ['no-such-program-here']})));
	t.like(error, {code: 'DM5002', message: 'api-1 cannot start: spawn no-such-program-here ENOENT'});
});

test('a folder that does not exist is an error with a remedy', async t => {
	const {runtime} = await createTestRuntime(t);
	const error = await t.throwsAsync(runtime.start(program('api-1', '', {workdir: '/no/such/folder'})));
	t.like(error, {code: 'DM5001'});
});

test('the next control plane takes over what the last one left running', async t => {
	const one = await createTestRuntime(t);
	const port = await freePort();
	const ready = one.next('api-1', 'ready');
	await one.runtime.start(server('api-1', port));
	await ready;
	const {pid} = one.runtime.observe().instances[0] ?? {};
	await one.runtime.detach();

	const two = await createTestRuntime(t, one.folder);
	t.like(two.runtime.observe().instances[0], {id: 'api-1', pid, state: 'ready'});
	const restarting = two.next('api-1', 'restarting');
	process.kill(pid ?? 0, 'SIGKILL');
	t.regex((await restarting).note ?? '', /^has ended; starting again/);
	await two.next('api-1', 'ready');
});

test('a process that nobody wrote down is ended by the next control plane', async t => {
	const one = await createTestRuntime(t);
	const ready = one.next('api-1', 'ready');
	await one.runtime.start(server('api-1', await freePort()));
	await ready;
	const {pid = 0} = one.runtime.observe().instances[0] ?? {};
	await one.runtime.detach();
	const {rm} = await import('node:fs/promises');
	await rm(`${one.folder}/processes.json`);

	const two = await createTestRuntime(t, one.folder);
	t.is(two.runtime.observe().instances.length, 0);
	const {processStartTime} = await import('../../src/runtime/process-start-time.ts');
	t.is(await processStartTime(pid), undefined);
});

test('logs are read from their end and followed', async t => {
	const {runtime, next} = await createTestRuntime(t);
	const port = await freePort();
	const code = `console.log('one');console.log('two');require('http').createServer((q,r)=>{console.log('asked');r.end()}).listen(${port},'127.0.0.1')`;
	const ready = next('api-1', 'ready');
	await runtime.start(program('api-1', code, {appPort: port}));
	await ready;
	const stop = new AbortController();
	const lines = runtime.logs({service: 'api', lines: 1, follow: true, signal: stop.signal})[Symbol.asyncIterator]();
	t.deepEqual((await lines.next()).value, {instance: 'api-1', line: 'two'});
	await fetch(`http://127.0.0.1:${port}/`);
	t.deepEqual((await lines.next()).value, {instance: 'api-1', line: 'asked'});
	stop.abort();
	t.true((await lines.next()).done);
});
