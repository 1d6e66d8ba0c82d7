import {once} from 'node:events';
import http from 'node:http';
import test from 'ava';
import {ms, ratio} from '../../src/common/units.ts';
import {defaultRetry} from '../../src/filters/retry.ts';
import type {FaultConfig, MeshConfig, RouteConfig} from '../../src/model/mesh-config.ts';
import {external, meshConfig, versionConfig, workload} from '../support/mesh-config.ts';
import {createScene, freePort, startApp} from '../support/scene.ts';

const place = {file: 'mesh.config.yaml', line: 1, column: 1};

const route = (parts: Partial<RouteConfig>): RouteConfig => ({
	name: 'api[0]',
	to: 'api',
	matches: [],
	backends: [{service: 'api', weight: 1}],
	filters: [],
	place,
	...parts,
});

const twoVersions: MeshConfig = meshConfig({
	services: [workload('web'), workload('api', {versions: [versionConfig({name: 'v1'}), versionConfig({name: 'v2'})]})],
});

/** Apps that answer with their version. */
const startVersions = async (t: Parameters<typeof startApp>[0]) => ({
	'api-v1-1': await startApp(t, (_request, response) => response.end('v1')),
	'api-v2-1': await startApp(t, (_request, response) => response.end('v2')),
});

const ask = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> =>
	(await fetch(url, {headers})).text();

test('a route by header goes before the weights', async t => {
	const config = {
		...twoVersions,
		routes: [
			route({
				matches: [{headers: [{name: 'end-user', match: {kind: 'exact', value: 'jason'}}]}],
				backends: [{service: 'api', version: 'v2', weight: 1}],
			}),
			route({name: 'api[1]', backends: [{service: 'api', version: 'v1', weight: 1}]}),
		],
	};
	const scene = await createScene(t, config, {apps: await startVersions(t)});
	const url = scene.url('web-1', 'api');
	t.is(await ask(url, {'End-User': 'jason'}), 'v2');
	t.is(await ask(url, {'end-user': 'anna'}), 'v1');
});

test('a request that no route takes gets 404 NR, which names the nearest', async t => {
	const config = {
		...twoVersions,
		routes: [route({matches: [{path: {kind: 'prefix', value: '/cart'}, methods: ['GET']}]})],
	};
	const scene = await createScene(t, config, {apps: await startVersions(t)});
	const response = await fetch(`${scene.url('web-1', 'api')}/cartoon`);
	t.is(response.status, 404);
	t.regex(await response.text(), /^devmesh: no route to api matches .*api\[0\].*\n$/);
	t.like(await scene.logged(({direction}) => direction === 'outbound'), {flags: 'NR', status: 404});
});

test('a change takes effect on an open connection, with the next request', async t => {
	const only = (version: string) => ({
		...twoVersions,
		routes: [route({backends: [{service: 'api', version, weight: 1}]})],
	});
	const scene = await createScene(t, only('v1'), {apps: await startVersions(t)});
	const agent = new http.Agent({keepAlive: true, maxSockets: 1});
	t.teardown(() => agent.destroy());
	const get = async () => {
		const [response] = (await once(http.get(scene.url('web-1', 'api'), {agent}), 'response')) as [http.IncomingMessage];
		const port = response.socket.localPort;
		let body = '';
		for await (const chunk of response) {
			body += chunk;
		}

		return {body, port};
	};

	const before = await get();
	await scene.publish(only('v2'));
	const after = await get();
	t.is(before.body, 'v1');
	t.is(after.body, 'v2');
	t.is(after.port, before.port);
});

test('a timeout of the route answers 504 UT and cancels the app', async t => {
	const cancelled = Promise.withResolvers<void>();
	const api = await startApp(t, (_request, response) => {
		response.on('close', () => cancelled.resolve());
	});
	const config = meshConfig({
		services: [workload('web'), workload('api')],
		routes: [route({filters: [{kind: 'timeout', durationMs: ms(1000)}]})],
	});
	const scene = await createScene(t, config, {apps: {'api-1': api}});
	const response = await fetch(scene.url('web-1', 'api'));
	t.is(response.status, 504);
	t.is(await response.text(), 'devmesh: api did not answer within 1 s\n');
	await cancelled.promise;
	t.like(await scene.logged(({direction}) => direction === 'outbound'), {flags: 'UT'});
});

test('a retry goes to another instance, with the whole body', async t => {
	const bodies: string[] = [];
	const answer = (status: number) => async (request: http.IncomingMessage, response: http.ServerResponse) => {
		let body = '';
		for await (const chunk of request) {
			body += chunk;
		}

		bodies.push(body);
		response.statusCode = status;
		response.end();
	};
	const config = meshConfig({
		services: [workload('web'), workload('api', {versions: [versionConfig({replicas: 2})]})],
		routes: [route({filters: [{...defaultRetry, on: ['5xx'], attempts: 1}]})],
	});
	const scene = await createScene(t, config, {
		apps: {'api-1': await startApp(t, answer(503)), 'api-2': await startApp(t, answer(200))},
	});
	for (let sent = 0; sent < 10; sent++) {
		const response = await fetch(scene.url('web-1', 'api'), {method: 'POST', body: 'order 1'});
		t.is(response.status, 200);
	}

	t.true(bodies.every(body => body === 'order 1'));
	t.true(bodies.length > 10, 'some had to be tried again');
});

test('a request to a service that is starting waits for it, and goes on at once when it is ready', async t => {
	const config = meshConfig({services: [workload('web'), workload('api')]});
	const port = await freePort();
	const scene = await createScene(t, config, {apps: {'api-1': port}, states: {'api-1': 'starting'}});
	const reply = ask(scene.url('web-1', 'api'));
	const server = http.createServer((_request, response) => response.end('here now')).listen(port, '127.0.0.1');
	t.teardown(() => server.close());
	await once(server, 'listening');
	await scene.publish(config, {'api-1': 'ready'});
	t.is(await reply, 'here now');
});

test('a service of which nothing runs answers 503 UH at once', async t => {
	const config = meshConfig({services: [workload('web'), workload('api')]});
	const scene = await createScene(t, config, {apps: {'api-1': await freePort()}, states: {'api-1': 'down'}});
	const response = await fetch(scene.url('web-1', 'api'));
	t.is(response.status, 503);
	t.like(await scene.logged(({direction}) => direction === 'outbound'), {flags: 'UH'});
});

const fault = (parts: Partial<FaultConfig>): FaultConfig => ({id: 'f1', to: 'api', matches: [], filters: [], ...parts});

test('a fault stands beneath retries: they hide it from the caller', async t => {
	const config = {
		...twoVersions,
		routes: [route({filters: [{...defaultRetry, on: ['5xx'] as const, attempts: 5, backoffBaseMs: ms(1)}]})],
		faults: [fault({filters: [{kind: 'abort', status: 503, share: ratio(0.5)}]})],
	};
	const scene = await createScene(t, config, {apps: await startVersions(t)});
	for (let sent = 0; sent < 30; sent++) {
		t.is((await fetch(scene.url('web-1', 'api'))).status, 200);
	}

	t.true(scene.log.some(({flags}) => flags.includes('FI')));
});

test('the same seed and the same request ids meet the same faults', async t => {
	const config = {...twoVersions, faults: [fault({filters: [{kind: 'abort', status: 418, share: ratio(0.5)}]})]};
	const run = async () => {
		const scene = await createScene(t, config, {apps: await startVersions(t)});
		const codes: number[] = [];
		for (let sent = 0; sent < 40; sent++) {
			codes.push((await fetch(scene.url('web-1', 'api'), {headers: {'x-request-id': `r${sent}`}})).status);
		}

		return codes;
	};

	const first = await run();
	t.deepEqual(await run(), first);
	t.true(first.includes(418) && first.includes(200));
});

test('an external service gets its own host, not the one that the caller dialled', async t => {
	let host: string | undefined;
	const port = await startApp(t, (request, response) => {
		host = request.headers.host;
		response.end('outside');
	});
	const config = meshConfig({services: [workload('web'), external('mail', {host: '127.0.0.1', port, tls: false})]});
	const scene = await createScene(t, config, {apps: {}});
	t.is(await ask(scene.url('web-1', 'mail')), 'outside');
	t.is(host, `127.0.0.1:${port}`);
});

test('with permissive mTLS plain text is let in, too, as a caller without a name', async t => {
	const api = await startApp(t, (_request, response) => response.end('hello'));
	const config = meshConfig({
		services: [workload('web'), workload('api')],
		policies: {mtls: 'permissive', authorization: []},
	});
	const scene = await createScene(t, config, {apps: {'api-1': api}});
	t.is(await ask(`http://127.0.0.1:${scene.portOf('api-1/inbound')}/`), 'hello');
	t.is(await ask(scene.url('web-1', 'api')), 'hello');
	t.deepEqual(
		scene.log.filter(({direction}) => direction === 'inbound').map(({caller}) => caller),
		['unknown', 'web'],
	);
});

test('a snapshot that cannot be taken changes nothing, and says why', async t => {
	const scene = await createScene(t, twoVersions, {apps: await startVersions(t)});
	const proxy = scene.proxies.get('web-1');
	const [good] = scene.snapshots();
	const before = proxy?.revision();
	const bad = {
		...good,
		revision: 99,
		destinations: good?.destinations.map(destination => ({
			...destination,
			routes: [{name: 'bad', matches: [{path: {kind: 'regex', value: '('}}], backends: [], filters: []}],
		})),
	};
	const error = await t.throwsAsync(proxy?.apply(bad as never) ?? Promise.resolve());
	t.is(error?.name, 'SnapshotRefused');
	t.is(proxy?.revision(), before);
	t.is((await fetch(scene.url('web-1', 'api'))).status, 200);
});

test('a renewed certificate takes effect without closing a connection', async t => {
	const api = await startApp(t, (_request, response) => response.end('ok'));
	const config = meshConfig({services: [workload('web'), workload('api')]});
	const scene = await createScene(t, config, {apps: {'api-1': api}});
	const agent = new http.Agent({keepAlive: true, maxSockets: 1});
	t.teardown(() => agent.destroy());
	const get = async () => {
		const [response] = (await once(http.get(scene.url('web-1', 'api'), {agent}), 'response')) as [http.IncomingMessage];
		response.resume();
		await once(response, 'end');
		return response.statusCode;
	};

	t.is(await get(), 200);
	for (const snapshot of scene.snapshots()) {
		const certificate = await scene.authority.issue(snapshot.identity.service);
		await scene.proxies.get(snapshot.sidecar)?.apply({...snapshot, revision: snapshot.revision + 1, certificate});
	}

	t.is(await get(), 200);
	const inbound = scene.log.filter(({direction}) => direction === 'inbound');
	t.is(new Set(inbound.map(({connection}) => connection)).size, 1, 'the two sidecars kept their connection');
});
