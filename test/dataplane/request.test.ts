import {once} from 'node:events';
import {createServer} from 'node:http';
import {connect} from 'node:net';
import type {Duplex} from 'node:stream';
import test from 'ava';
import {meshConfig, workload} from '../support/mesh-config.ts';
import {createScene, freePort, listenFor, startApp} from '../support/scene.ts';

const shop = meshConfig({services: [workload('web'), workload('api')]});

test('a request passes two sidecars over mTLS and reaches the app, its reply comes back', async t => {
	const api = await startApp(t, (request, response) => {
		response.setHeader('x-seen', `${request.method} ${request.url} host=${request.headers.host}`);
		response.end('hello');
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const response = await fetch(`${scene.url('web-1', 'api')}/cart?id=1`);
	t.is(response.status, 200);
	t.is(await response.text(), 'hello');
	t.is(response.headers.get('x-seen'), `GET /cart?id=1 host=${new URL(scene.url('web-1', 'api')).host}`);
	t.like(await scene.logged(({direction}) => direction === 'inbound'), {
		caller: 'web',
		destination: 'api',
		status: 200,
		flags: '-',
	});
	t.like(await scene.logged(({direction}) => direction === 'outbound'), {
		caller: 'web',
		destination: 'api',
		status: 200,
		endpoint: 'api-1',
		bytesSent: 5,
	});
});

test('an app that refuses the connection answers 503 UF after the retries', async t => {
	const scene = await createScene(t, shop, {apps: {'api-1': await freePort()}});
	const response = await fetch(scene.url('web-1', 'api'));
	t.is(response.status, 503);
	t.regex(await response.text(), /^devmesh: 127\.0\.0\.1:\d+ refused the connection\n$/);
	t.is(response.headers.get('x-devmesh-flag'), null, 'the mark between sidecars stays between sidecars');
	t.like(await scene.logged(({direction}) => direction === 'outbound'), {status: 503, flags: 'UF,URX', attempts: 3});
});

const wasLeft = {flags: 'DC', problem: 'the client left'};

test('a reply without a body that waits behind another one is counted when the client leaves', async t => {
	const api = await startApp(t, (request, response) => {
		if (request.url === '/empty') {
			response.writeHead(204).end();
		}
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const socket = connect(scene.portOf('web-1/outbound:api'), '127.0.0.1');
	socket.write('GET /held HTTP/1.1\r\nHost: a\r\n\r\nGET /empty HTTP/1.1\r\nHost: a\r\n\r\n');
	await scene.logged(({direction, path}) => direction === 'inbound' && path === '/empty');
	socket.destroy();
	t.like(await scene.logged(({direction, path}) => direction === 'outbound' && path === '/empty'), wasLeft);
});

test('a client that breaks an upgrade off before its answer has left; nothing failed', async t => {
	const app = createServer();
	const asked = once(app, 'upgrade');
	const scene = await createScene(t, shop, {apps: {'api-1': await listenFor(t, app)}});
	const socket = connect(scene.portOf('web-1/outbound:api'), '127.0.0.1');
	socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n');
	const [, behind] = (await asked) as [unknown, Duplex];
	t.teardown(() => behind.destroy());
	socket.resetAndDestroy();
	t.like(await scene.logged(({direction}) => direction === 'outbound'), {status: 499, ...wasLeft});
});

test('a raw connection that breaks off while its service starts has left; nothing failed', async t => {
	const tcp = meshConfig({services: [workload('web'), workload('db', {protocol: 'tcp'})]});
	const scene = await createScene(t, tcp, {apps: {'db-1': 1}, states: {'db-1': 'starting'}});
	const socket = connect(scene.portOf('web-1/outbound:db'), '127.0.0.1');
	await once(socket, 'connect');
	socket.resetAndDestroy();
	t.like(await scene.logged(({direction}) => direction === 'outbound'), wasLeft);
});
