import {connect, createServer} from 'node:net';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import type {MeshConfig} from '../../src/model/mesh-config.ts';
import {meshConfig, versionConfig, workload} from '../support/mesh-config.ts';
import {createScene, listenFor, startApp} from '../support/scene.ts';

const place = {file: 'mesh.config.yaml', line: 1, column: 1};

const config: MeshConfig = meshConfig({
	services: [
		workload('web'),
		workload('stranger'),
		workload('api', {
			ports: [
				{port: 9000, protocol: 'http'},
				{port: 9001, protocol: 'tcp'},
			],
			versions: [versionConfig({name: 'v1'}), versionConfig({name: 'v2'})],
		}),
	],
	routes: [
		{
			name: 'api[0]',
			to: 'api',
			matches: [],
			backends: [
				{service: 'api', version: 'v1', weight: 0},
				{service: 'api', version: 'v2', weight: 1},
			],
			filters: [],
			place,
		},
	],
	policies: {mtls: 'strict', authorization: [{to: 'api', allow: [{from: ['web']}], place}]},
});

const answering = (t: ExecutionContext, name: string) => startApp(t, (_request, response) => response.end(name));
const speaking = (t: ExecutionContext, name: string) =>
	listenFor(
		t,
		createServer(socket => socket.end(name)),
	);

const startApps = async (t: ExecutionContext) =>
	Object.fromEntries(
		await Promise.all(
			['api-v1-1', 'api-v2-1'].flatMap(instance => [
				answering(t, instance).then(port => [instance, port] as const),
				answering(t, `${instance} at 9000`).then(port => [`${instance}:9000`, port] as const),
				speaking(t, `${instance} at 9001`).then(port => [`${instance}:9001`, port] as const),
			]),
		),
	);

const read = (port: number): Promise<string> => text(connect({host: '127.0.0.1', port}));

test('each port of a service leads to what its app has there, by the routes of the service', async t => {
	const scene = await createScene(t, config, {apps: await startApps(t)});
	const ask = async (service: string) => (await fetch(scene.url('web-1', service))).text();
	t.is(await ask('api'), 'api-v2-1');
	t.is(await ask('api:9000'), 'api-v2-1 at 9000');
	t.is(await read(scene.portOf('web-1/outbound:api:9001')), 'api-v2-1 at 9001');
});

test('a policy of a service holds at each of its ports', async t => {
	const scene = await createScene(t, config, {apps: await startApps(t)});
	const statusOf = async (service: string) => (await fetch(scene.url('stranger-1', service))).status;
	t.deepEqual([await statusOf('api'), await statusOf('api:9000')], [403, 403]);
	const refused = await read(scene.portOf('stranger-1/outbound:api:9001')).catch((error: Error) => error.message);
	t.notRegex(refused, /at 9001/);
	t.is((await scene.logged(({sidecar, protocol}) => sidecar === 'api-v2-1' && protocol === 'tcp')).caller, 'stranger');
});

test('calls to a port that leads to a service without it are taken at the port of its own', async t => {
	const apps = {...(await startApps(t)), 'web-1': await answering(t, 'web-1')};
	const toWeb = {...config, routes: config.routes.map(route => ({...route, backends: [{service: 'web', weight: 1}]}))};
	const scene = await createScene(t, toWeb, {apps});
	t.is(await (await fetch(scene.url('web-1', 'api:9000'))).text(), 'web-1');
});

test('a port that comes with a save is served, and one that goes is closed', async t => {
	const apps = await startApps(t);
	const [web, stranger, api] = config.services;
	const without = {...config, services: [web, stranger, {...api, ports: []}]} as MeshConfig;
	const scene = await createScene(t, without, {apps});
	await scene.publish(config);
	const url = scene.url('web-1', 'api:9000');
	t.is(await (await fetch(url)).text(), 'api-v2-1 at 9000');
	await scene.publish(without);
	await t.throwsAsync(fetch(url));
});
