import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {awaitExit} from '../../src/runtime/await-exit.ts';
import {explainPlan} from '../../src/runtime/explain-plan.ts';
import {planChanges} from '../../src/runtime/plan-changes.ts';
import {processStartTime} from '../../src/runtime/process-start-time.ts';
import {stopLeftBehind} from '../../src/runtime/stop-left-behind.ts';
import {createTestRuntime, program, server} from '../support/runtime.ts';
import {freePort} from '../support/scene.ts';

test('a job that is done is not run again by the next control plane', async t => {
	const one = await createTestRuntime(t);
	const job = program('migrate-1', '', {job: true, restart: 'no'});
	const done = one.next('migrate-1', 'completed');
	await one.runtime.start(job);
	await done;
	await one.runtime.detach();

	const two = await createTestRuntime(t, one.folder);
	t.like(two.runtime.observe().instances, [{id: 'migrate-1', state: 'completed', pid: 0}]);
	t.deepEqual(explainPlan(planChanges({instances: [job], sidecars: []}, two.runtime.observe())), [
		'nothing to start or stop (1 unchanged)',
	]);
});

test('letting go of what was adopted ends the looking, too', async t => {
	const one = await createTestRuntime(t);
	const ready = one.next('api-1', 'ready');
	await one.runtime.start(server('api-1', await freePort()));
	await ready;
	await one.runtime.detach();

	const clock = createManualClock();
	const two = await createTestRuntime(t, one.folder, clock);
	t.is(two.runtime.observe().instances.length, 1);
	while (clock.pending() === 0) {
		await new Promise(resolve => setImmediate(resolve));
	}

	await two.runtime.detach();
	t.is(clock.pending(), 0);
	await one.runtime.stop('api-1');
});

test('what died while nobody looked is not there for the next control plane, which starts it again', async t => {
	const one = await createTestRuntime(t);
	const wanted = server('api-1', await freePort());
	const ready = one.next('api-1', 'ready');
	await one.runtime.start(wanted);
	await ready;
	const {pid = 0} = one.runtime.observe().instances[0] ?? {};
	await one.runtime.detach();
	const gone = awaitExit(pid, (await processStartTime(pid)) ?? '', systemClock, new AbortController().signal);
	process.kill(pid, 'SIGKILL');
	await gone;

	const two = await createTestRuntime(t, one.folder);
	t.deepEqual(explainPlan(planChanges({instances: [wanted], sidecars: []}, two.runtime.observe())), [
		'start api-1: it does not run',
	]);
});

test('a number that another process has by now is not taken over', async t => {
	const one = await createTestRuntime(t);
	const ready = one.next('api-1', 'ready');
	await one.runtime.start(server('api-1', await freePort()));
	await ready;
	await one.runtime.detach();
	const file = path.join(one.folder, 'processes.json');
	const saved = await readFile(file, 'utf8');
	await writeFile(file, saved.replace(/"startTime": "[^"]*"/, '"startTime": "another 1"'));

	const two = await createTestRuntime(t, one.folder);
	t.deepEqual(two.runtime.observe().instances, []);
});

test('a mesh without a control plane can be ended by its records alone', async t => {
	const one = await createTestRuntime(t);
	const ready = one.next('api-1', 'ready');
	await one.runtime.start(server('api-1', await freePort()));
	await ready;
	const {pid = 0} = one.runtime.observe().instances[0] ?? {};
	await one.runtime.detach();
	await stopLeftBehind(path.join(one.folder, 'processes.json'), systemClock);
	t.is(await processStartTime(pid), undefined);
});
