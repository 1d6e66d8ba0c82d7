import {setImmediate} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {createEventDisplay} from '../../src/cli/render/event-display.ts';
import {createTerminal} from '../../src/cli/render/terminal.ts';
import {watchStart} from '../../src/mesh/launch/watch-start.ts';
import type {MeshEvent} from '../../src/model/mesh-event.ts';
import {createMemoryMesh, type MemoryMeshParts, serveMesh, serviceStatus} from '../support/memory-mesh.ts';
import {createScreen} from '../support/screen.ts';

type InstanceEvent = Extract<MeshEvent, {kind: 'instance'}>;

const web = (state: InstanceEvent['state'], note?: string): InstanceEvent => ({
	kind: 'instance',
	instance: 'web-1',
	service: 'web',
	state,
	...(note !== undefined && {note}),
	forMs: 0,
});

const logs = [
	{instance: 'web-1', line: 'boom'},
	{instance: 'api-1', line: 'fine'},
];

const watch = async (t: ExecutionContext, parts: MemoryMeshParts) => {
	const mesh = createMemoryMesh({logs, ...parts});
	const {client, api} = await serveMesh(t, mesh.door);
	const screen = createScreen({});
	const display = createEventDisplay({terminal: createTerminal(screen, {}), colors: false});
	return {mesh, api, screen, end: watchStart({client, display})};
};

test('a start ends when everything is ready, and the stream is let go', async t => {
	const {end, screen, api, mesh} = await watch(t, {replay: [web('starting'), web('ready'), {kind: 'ready', urls: []}]});
	t.deepEqual(await end, {kind: 'ready'});
	t.is(screen.written(), 'web-1  starting\nweb-1  ready\n');
	await api.stop();
	t.is(mesh.listeners(), 0);
});

test('what had failed before it was asked ends a start, with the last lines of its log', async t => {
	const {end, screen} = await watch(t, {replay: [web('failed')]});
	t.deepEqual(await end, {
		kind: 'failed',
		instance: 'web-1',
		message: 'it is not started again',
		lastLines: ['boom'],
	});
	t.is(screen.written(), 'web-1  failed\n');
});

test('what could not be started at all ends a start with what can be done, and without the log of earlier runs', async t => {
	const advice = {code: 'DM5124', remedy: 'Publish another port.'};
	const {end} = await watch(t, {replay: [{...web('failed', 'port 80 is taken'), advice}]});
	t.deepEqual(await end, {kind: 'failed', instance: 'web-1', message: 'port 80 is taken', lastLines: [], advice});
});

test('what somebody has paused is told, with what lets it go on', async t => {
	const {end} = await watch(t, {replay: [{...web('paused'), waitingFor: 'docker unpause web-1'}]});
	t.like(await end, {kind: 'failed', message: 'it is paused, waiting for docker unpause web-1'});
});

test('a service that ends now and then may; one that keeps ending has failed', async t => {
	const four = Array.from({length: 4}, () => web('restarting', 'exited with 1'));
	const fine = await watch(t, {replay: [...four, web('ready'), {kind: 'ready', urls: []}]});
	t.deepEqual(await fine.end, {kind: 'ready'});
	const ever = await watch(t, {replay: [...four, ...four]});
	t.like(await ever.end, {message: 'it ended 6 times: exited with 1', lastLines: ['boom']});
});

test('one that kept ending before is not given as many tries again, one that was ready is', async t => {
	const [instance] = serviceStatus('web').instances;
	if (!instance) {
		t.fail();
		return;
	}

	const replay = [web('restarting', 'exited with 1'), {kind: 'ready', urls: []} as const];
	const services = (state: 'restarting' | 'ready') => [
		serviceStatus('web', {instances: [{...instance, state, restarts: 9}]}),
	];
	const endAfter = async (state: 'restarting' | 'ready') =>
		(await (await watch(t, {replay, status: {services: services(state)}})).end).kind;
	t.deepEqual([await endAfter('restarting'), await endAfter('ready')], ['failed', 'ready']);
});

test('a mesh that goes down meanwhile is gone', async t => {
	const {end} = await watch(t, {replay: [web('starting'), {kind: 'stopping'}]});
	t.deepEqual(await end, {kind: 'gone'});
});

test('a start of some instances ends when these are ready, whatever the others do', async t => {
	const mesh = createMemoryMesh({replay: [web('starting'), {...web('failed'), instance: 'api-1', service: 'api'}]});
	const {client} = await serveMesh(t, mesh.door);
	const screen = createScreen({});
	const display = createEventDisplay({terminal: createTerminal(screen, {}), colors: false});
	const end = watchStart({client, display, only: new Set(['web-1'])});
	while (mesh.listeners() === 0) {
		await setImmediate();
	}

	mesh.emit(web('ready'));
	t.deepEqual(await end, {kind: 'ready'});
	t.is(screen.written(), 'web-1  starting\nweb-1  ready\n');
});
