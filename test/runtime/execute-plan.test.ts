import test from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {MeshError} from '../../src/common/mesh-error.ts';
import type {DesiredInstance} from '../../src/model/desired-state.ts';
import type {DependencyConfig} from '../../src/model/mesh-config.ts';
import {executePlan} from '../../src/runtime/execute-plan.ts';
import {planChanges} from '../../src/runtime/plan-changes.ts';
import type {Runtime} from '../../src/runtime/runtime.ts';
import {createTestRuntime, program, server} from '../support/runtime.ts';
import {freePort} from '../support/scene.ts';

const on = (service: string, condition: DependencyConfig['condition']): Pick<DesiredInstance, 'dependsOn'> => ({
	dependsOn: [{service, condition}],
});

const execute = async (
	runtime: Runtime,
	instances: readonly DesiredInstance[],
	signal = new AbortController().signal,
): Promise<{readonly waits: readonly string[]; readonly failures: readonly string[]}> => {
	const waits = new Set<string>();
	const failures: string[] = [];
	await executePlan(planChanges({instances, sidecars: []}, runtime.observe()), runtime, {
		signal,
		clock: systemClock,
		onWaiting: ({id}, waitingFor) => waits.add(`${id} waits for ${waitingFor}`),
		onFailure: (_operation, error) =>
			failures.push(`${error instanceof MeshError ? error.code : error.name} ${error.message}`),
	});
	return {waits: [...waits], failures};
};

test('an instance starts once what it depends on is ready, and tells what it waits for until then', async t => {
	const {runtime, events} = await createTestRuntime(t);
	const [db, api] = [await freePort(), await freePort()];
	const slow = `setTimeout(() => require('net').createServer().listen(${db}, '127.0.0.1'), 300)`;
	const {waits, failures} = await execute(runtime, [
		server('api-1', api, on('db', 'healthy')),
		program('db-1', slow, {appPort: db}),
	]);
	t.deepEqual(waits, ['api-1 waits for db to be healthy']);
	t.deepEqual(failures, []);
	const order = events.map(({id, state}) => `${id} ${state}`);
	t.true(order.indexOf('db-1 ready') < order.indexOf('api-1 starting'));
});

test('`started` waits for the process alone, `completed` for the good end of a job', async t => {
	const {runtime, events} = await createTestRuntime(t);
	const [web, db] = [await freePort(), await freePort()];
	const {waits} = await execute(runtime, [
		server('web-1', web, on('db', 'started')),
		program('db-1', 'setInterval(() => {}, 1000)', {appPort: db, ...on('migrate', 'completed')}),
		program('migrate-1', '', {job: true, restart: 'no'}),
	]);
	t.deepEqual([...waits].sort(), ['db-1 waits for migrate to be completed', 'web-1 waits for db to be started']);
	const order = events.map(({id, state}) => `${id} ${state}`);
	t.true(order.indexOf('migrate-1 completed') < order.indexOf('db-1 starting'));
});

test('whoever depends on a job that failed is told so instead of waiting for ever, and so is the next in line', async t => {
	const {runtime} = await createTestRuntime(t);
	const {failures} = await execute(runtime, [
		program('web-1', '', on('api', 'healthy')),
		program('api-1', '', on('migrate', 'completed')),
		program('migrate-1', 'process.exit(1)', {job: true, restart: 'no'}),
	]);
	t.deepEqual(failures, [
		'DM5003 api-1 cannot start: it waits for migrate to be completed, and migrate-1 has failed',
		'DM5003 web-1 cannot start: it waits for api to be healthy, and api-1 has failed',
	]);
	t.deepEqual(
		runtime.observe().instances.map(({id}) => id),
		['migrate-1'],
	);
});

test('whoever depends on what cannot be started is told so', async t => {
	const {runtime} = await createTestRuntime(t);
	const {failures} = await execute(runtime, [
		program('api-1', '', on('db', 'healthy')),
		program('db-1', '', {command: ['no-such-program-here']}),
	]);
	t.deepEqual(failures, [
		'DM5002 db-1 cannot start: spawn no-such-program-here ENOENT',
		'DM5003 api-1 cannot start: it waits for db to be healthy, and db-1 has failed',
	]);
});

test('a dependent of what is restarted waits for the new one, not for the old one', async t => {
	const {runtime, next, events} = await createTestRuntime(t);
	const [db, api] = [await freePort(), await freePort()];
	const ready = next('db-1', 'ready');
	await execute(runtime, [server('db-1', db)]);
	await ready;
	const before = events.length;
	await execute(runtime, [server('api-1', api, on('db', 'healthy')), server('db-1', db, {digest: 'other'})]);
	const order = events.slice(before).map(({id, state}) => `${id} ${state}`);
	t.true(order.includes('db-1 ready'));
	t.true(order.indexOf('db-1 ready') < order.indexOf('api-1 starting'), order.join());
});

test('another change ends the waiting', async t => {
	const {runtime, next} = await createTestRuntime(t);
	const change = new AbortController();
	const starting = next('db-1', 'starting');
	const execution = execute(
		runtime,
		[
			program('api-1', '', on('db', 'healthy')),
			program('db-1', 'setInterval(() => {}, 1000)', {appPort: await freePort()}),
		],
		change.signal,
	);
	await starting;
	change.abort(new Error('another change'));
	await t.throwsAsync(execution, {message: 'another change'});
	t.deepEqual(
		runtime.observe().instances.map(({id}) => id),
		['db-1'],
	);
});
