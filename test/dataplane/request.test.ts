import test from 'ava';
import {meshConfig, workload} from '../support/mesh-config.ts';
import {createScene, freePort, startApp} from '../support/scene.ts';

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
