import test from 'ava';
import {ms} from '../../src/common/units.ts';
import type {DesiredInstance, DesiredState} from '../../src/model/desired-state.ts';
import type {DependencyConfig} from '../../src/model/mesh-config.ts';
import type {ObservedInstance, ObservedState} from '../../src/model/observed-state.ts';
import {explainPlan} from '../../src/runtime/explain-plan.ts';
import {planChanges} from '../../src/runtime/plan-changes.ts';

const wanted = (id: string, digest = 'a', dependsOn: readonly DependencyConfig[] = []): DesiredInstance => ({
	id,
	service: id.split('-')[0] ?? '',
	version: 'default',
	command: 'run',
	workdir: '/',
	env: {},
	appPort: 1,
	job: false,
	restart: 'always',
	stopGraceMs: ms(1),
	dependsOn,
	digest,
});

const running = (id: string, digest = 'a'): ObservedInstance => ({
	id,
	service: id.split('-')[0] ?? '',
	pid: 7,
	digest,
	appPort: 1,
	state: 'ready',
});

const plan = (desired: readonly DesiredInstance[], observed: readonly ObservedInstance[]) => {
	const state: DesiredState = {instances: desired, sidecars: []};
	const seen: ObservedState = {instances: observed, proxy: undefined};
	return explainPlan(planChanges(state, seen));
};

test('what does not run is started', t => {
	t.deepEqual(plan([wanted('api-1')], []), ['start api-1: it does not run']);
});

test('what runs as wanted is left alone', t => {
	t.deepEqual(plan([wanted('api-1')], [running('api-1')]), ['nothing to start or stop (1 unchanged)']);
});

test('what has other settings is started again, alone', t => {
	t.deepEqual(plan([wanted('api-1', 'b'), wanted('web-1')], [running('api-1'), running('web-1')]), [
		'restart api-1: its settings changed',
	]);
});

test('what nobody wants is stopped, and the reason is said', t => {
	t.deepEqual(plan([wanted('api-1')], [running('api-1'), running('api-2'), running('old-1')]), [
		'stop api-2: api has fewer instances now',
		'stop old-1: old is no longer in the config',
	]);
});

test('starts come after their dependencies, whatever the order of the config', t => {
	const web = wanted('web-1', 'a', [{service: 'api', condition: 'healthy'}]);
	const api = wanted('api-1', 'a', [{service: 'migrate', condition: 'completed'}]);
	t.deepEqual(plan([web, api, wanted('migrate-1')], []), [
		'start migrate-1: it does not run',
		'start api-1 after migrate to be completed: it does not run',
		'start web-1 after api to be healthy: it does not run',
	]);
});

test('what has failed for good is started again, what only takes long is left alone', t => {
	const failed = {...running('migrate-1'), state: 'failed'} as const;
	t.deepEqual(plan([wanted('migrate-1')], [{...failed, pid: 0}]), ['start migrate-1: it has failed before']);
	t.deepEqual(plan([wanted('migrate-1')], [failed]), ['nothing to start or stop (1 unchanged)']);
});

test('a job that is done is left alone', t => {
	const done = {...running('migrate-1'), state: 'completed', pid: 0} as const;
	t.deepEqual(plan([wanted('migrate-1')], [done]), ['nothing to start or stop (1 unchanged)']);
});

test('what is being stopped is started again', t => {
	t.deepEqual(plan([wanted('api-1')], [{...running('api-1'), state: 'stopping'}]), [
		'restart api-1: it is being stopped',
	]);
});

test('what somebody asked to have anew is replaced, with the reason', t => {
	const desired: DesiredState = {instances: [wanted('api-1'), wanted('web-1')], sidecars: []};
	const observed: ObservedState = {instances: [running('api-1'), running('web-1')], proxy: undefined};
	t.deepEqual(explainPlan(planChanges(desired, observed, new Map([['web-1', 'somebody asked for it']]))), [
		'restart web-1: somebody asked for it',
	]);
});
