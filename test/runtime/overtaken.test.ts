import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {ms} from '../../src/common/units.ts';
import {awaitExit} from '../../src/runtime/await-exit.ts';
import {explainPlan} from '../../src/runtime/explain-plan.ts';
import {findMarked} from '../../src/runtime/marked-processes.ts';
import {planChanges} from '../../src/runtime/plan-changes.ts';
import {processStartTime} from '../../src/runtime/process-start-time.ts';
import {createTestRuntime, program, server} from '../support/runtime.ts';
import {freePort} from '../support/scene.ts';

// Only Linux tells the environment of other processes.
const linux = process.platform === 'linux' ? test : test.skip;
const processesOf = async (folder: string): Promise<number> =>
	(await findMarked(path.join(folder, 'processes.json'))).length;

linux('stopping what is just being started leaves nothing behind', async t => {
	const {runtime, folder} = await createTestRuntime(t);
	const starting = runtime.start(program('api-1', 'setInterval(() => {}, 1000)'));
	await runtime.stop('api-1');
	await starting.catch(() => {});
	t.is(runtime.observe().instances.length, 0);
	t.is(await processesOf(folder), 0);
});

linux('stopping what has just died does not bring it back', async t => {
	const {runtime, next, folder} = await createTestRuntime(t);
	const ready = next('api-1', 'ready');
	await runtime.start(server('api-1', await freePort()));
	await ready;
	const pid = runtime.observe().instances[0]?.pid ?? 0;
	const restarting = next('api-1', 'restarting');
	process.kill(pid, 'SIGKILL');
	await restarting;
	await runtime.stop('api-1');
	// Long enough for the first back-off to be over: a mistake would start it within 50 ms.
	const witness = next('witness-1', 'completed');
	await runtime.start(program('witness-1', 'setTimeout(() => {}, 300)', {job: true, restart: 'no'}));
	await witness;
	t.is(await processesOf(folder), 0);
});

test('what is being stopped is started again when it is wanted again', async t => {
	const {runtime, next} = await createTestRuntime(t);
	const port = await freePort();
	const wanted = server('api-1', port);
	const ready = next('api-1', 'ready');
	await runtime.start(wanted);
	await ready;
	const stopping = next('api-1', 'stopping');
	const stop = runtime.stop('api-1');
	await stopping;
	t.deepEqual(explainPlan(planChanges({instances: [wanted], sidecars: []}, runtime.observe())), [
		'restart api-1: it is being stopped',
	]);
	const again = next('api-1', 'ready');
	await runtime.start(wanted);
	await stop;
	await again;
	t.like(runtime.observe().instances, [{id: 'api-1', state: 'ready'}]);
	t.is(runtime.observe().instances.length, 1);
});

linux('what an app left running outside its group ends with the app', async t => {
	const {runtime, next, folder} = await createTestRuntime(t);
	const port = await freePort();
	const code = `
		require('child_process').spawn(process.execPath, ['-e', 'setInterval(()=>{},1000)'], {detached: true, stdio: 'ignore'}).unref();
		require('http').createServer().listen(${port}, '127.0.0.1');
	`;
	const ready = next('api-1', 'ready');
	await runtime.start(program('api-1', code, {appPort: port}));
	await ready;
	t.is(await processesOf(folder), 2);
	await runtime.stop('api-1');
	t.is(await processesOf(folder), 0);
});

linux('what an app left running is ended by the next control plane when the app itself is gone', async t => {
	const one = await createTestRuntime(t);
	const port = await freePort();
	const code = `
		const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(()=>{},1000)'], {stdio: 'ignore'});
		require('fs').writeFileSync(${JSON.stringify(`${one.folder}/child`)}, String(child.pid));
		require('http').createServer().listen(${port}, '127.0.0.1');
	`;
	const ready = one.next('api-1', 'ready');
	await one.runtime.start(program('api-1', code, {appPort: port, stopGraceMs: ms(1000)}));
	await ready;
	const {pid = 0} = one.runtime.observe().instances[0] ?? {};
	await one.runtime.detach();
	const gone = awaitExit(pid, (await processStartTime(pid)) ?? '', systemClock, new AbortController().signal);
	process.kill(pid, 'SIGKILL');
	await gone;
	const child = Number(await readFile(`${one.folder}/child`, 'utf8'));
	t.notThrows(() => process.kill(child, 0));

	const two = await createTestRuntime(t, one.folder);
	t.is(two.runtime.observe().instances.length, 0);
	t.is(await processesOf(one.folder), 0);
});
