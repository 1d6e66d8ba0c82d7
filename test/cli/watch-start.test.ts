import test, {type ExecutionContext} from 'ava';
import {createEventDisplay} from '../../src/cli/render/event-display.ts';
import {createTerminal} from '../../src/cli/render/terminal.ts';
import {watchStart} from '../../src/cli/watch-start.ts';
import type {MeshEvent} from '../../src/model/mesh-event.ts';
import {createMemoryMesh, type MemoryMeshParts, serveMesh, serviceStatus} from '../support/memory-mesh.ts';
import {createScreen} from '../support/screen.ts';

const web = (state: Extract<MeshEvent, {kind: 'instance'}>['state'], note?: string): MeshEvent => ({
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
	t.is(await end, 'ready');
	t.is(screen.written(), 'web-1  starting\nweb-1  ready\n');
	await api.stop();
	t.is(mesh.listeners(), 0);
});

test('what had failed before it was asked ends a start, with the last lines of its log', async t => {
	const {end, screen} = await watch(t, {replay: [web('failed')]});
	t.is(await end, 'failed');
	t.is(screen.written(), 'web-1  failed\nweb-1 failed: it is not started again\n  boom\n');
});

test('a service that ends now and then may; one that keeps ending has failed', async t => {
	const four = Array.from({length: 4}, () => web('restarting', 'exited with 1'));
	const fine = await watch(t, {replay: [...four, web('ready'), {kind: 'ready', urls: []}]});
	t.is(await fine.end, 'ready');
	const ever = await watch(t, {replay: [...four, ...four]});
	t.is(await ever.end, 'failed');
	t.regex(ever.screen.written(), /web-1 failed: it ended 6 times: exited with 1\n {2}boom\n$/);
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
	t.is(await (await watch(t, {replay, status: {services: services('restarting')}})).end, 'failed');
	t.is(await (await watch(t, {replay, status: {services: services('ready')}})).end, 'ready');
});

test('a mesh that goes down meanwhile is gone', async t => {
	t.is(await (await watch(t, {replay: [web('starting'), {kind: 'stopping'}]})).end, 'gone');
});
