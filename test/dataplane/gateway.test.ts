import {once} from 'node:events';
import http from 'node:http';
import https from 'node:https';
import {text} from 'node:stream/consumers';
import test from 'ava';
import type {GatewayHostConfig, MeshConfig} from '../../src/model/mesh-config.ts';
import {meshConfig, versionConfig, workload} from '../support/mesh-config.ts';
import {createScene, type Scene, startApp} from '../support/scene.ts';

const place = {file: 'mesh.config.yaml', line: 1, column: 1};

const host = (name: string, parts: Partial<GatewayHostConfig> = {}): GatewayHostConfig => ({
	host: name,
	tls: false,
	redirect: true,
	routes: [{name: `${name}[0]`, matches: [], backends: [{service: 'web', weight: 1}]}],
	place,
	...parts,
});

const withHosts = (hosts: readonly GatewayHostConfig[], services = [workload('web')]): MeshConfig =>
	meshConfig({services, gateway: {httpPort: 8080, httpsPort: 8443, hosts}});

const get = async (
	scene: Scene,
	name: string,
	path = '/',
	scheme: 'http' | 'https' = 'http',
): Promise<{
	readonly status: number | undefined;
	readonly headers: http.IncomingHttpHeaders;
	readonly body: string;
}> => {
	const options = {
		host: '127.0.0.1',
		port: scene.portOf(`gateway/${scheme}`),
		path,
		headers: {host: name},
		servername: name,
	};
	const request =
		scheme === 'http' ? http.get(options) : https.get({...options, rejectUnauthorized: false, agent: false});
	const [response] = (await once(request, 'response')) as [http.IncomingMessage];
	return {status: response.statusCode, headers: response.headers, body: await text(response)};
};

test('hosts lead where they say; an unknown one gets 404 that names the others', async t => {
	const web = await startApp(t, (request, response) => response.end(`web at ${request.headers.host}`));
	const scene = await createScene(t, withHosts([host('shop.localhost')]), {apps: {'web-1': web}});
	t.is((await get(scene, 'shop.localhost')).body, 'web at shop.localhost');
	t.is((await get(scene, 'SHOP.localhost:8080')).body, 'web at SHOP.localhost:8080');
	const lost = await get(scene, 'elsewhere.localhost');
	t.is(lost.status, 404);
	t.regex(lost.body, /shop\.localhost/);
});

test('an app learns who asked, for which host, over which scheme', async t => {
	const web = await startApp(t, (request, response) => {
		const {'x-forwarded-for': address, 'x-forwarded-proto': scheme, 'x-forwarded-host': name} = request.headers;
		response.end(JSON.stringify([address, scheme, name]));
	});
	const scene = await createScene(t, withHosts([host('shop.localhost')]), {apps: {'web-1': web}});
	t.is((await get(scene, 'shop.localhost')).body, '["127.0.0.1","http","shop.localhost"]');
});

test('the weights of a service hold at the edge; a backend with a version goes straight there', async t => {
	const services = [workload('web', {versions: [versionConfig({name: 'v1'}), versionConfig({name: 'v2'})]})];
	const straight = {
		name: 'next',
		matches: [{path: {kind: 'prefix', value: '/next'} as const}],
		backends: [{service: 'web', version: 'v2', weight: 1}],
	};
	const edge = host('shop.localhost', {routes: [straight, ...host('shop.localhost').routes]});
	const config = {
		...withHosts([edge], services),
		routes: [
			{
				name: 'web[0]',
				to: 'web',
				matches: [],
				backends: [{service: 'web', version: 'v1', weight: 1}],
				filters: [],
				place,
			},
		],
	};
	const scene = await createScene(t, config, {
		apps: {
			'web-v1-1': await startApp(t, (_request, response) => response.end('v1')),
			'web-v2-1': await startApp(t, (_request, response) => response.end('v2')),
		},
	});
	t.is((await get(scene, 'shop.localhost', '/')).body, 'v1');
	t.is((await get(scene, 'shop.localhost', '/next/1')).body, 'v2');
});

test('a host with TLS is served over HTTPS, and plain HTTP leads there', async t => {
	const web = await startApp(t, (_request, response) => response.end('secret'));
	const scene = await createScene(t, withHosts([host('shop.localhost', {tls: true})]), {apps: {'web-1': web}});
	t.is((await get(scene, 'shop.localhost', '/', 'https')).body, 'secret');
	const plain = await get(scene, 'shop.localhost', '/cart?id=1');
	t.is(plain.status, 301);
	t.is(plain.headers.location, `https://shop.localhost:${scene.portOf('gateway/https')}/cart?id=1`);
});

test('without a redirect both schemes are served', async t => {
	const web = await startApp(t, (_request, response) => response.end('open'));
	const scene = await createScene(t, withHosts([host('shop.localhost', {tls: true, redirect: false})]), {
		apps: {'web-1': web},
	});
	t.is((await get(scene, 'shop.localhost')).body, 'open');
	t.is((await get(scene, 'shop.localhost', '/', 'https')).body, 'open');
});

test('a name below a wildcard is served by it, unless it is named itself', async t => {
	const services = [workload('web'), workload('admin')];
	const admin = host('admin.shop.localhost', {
		routes: [{name: 'admin', matches: [], backends: [{service: 'admin', weight: 1}]}],
	});
	const scene = await createScene(t, withHosts([host('*.shop.localhost'), admin], services), {
		apps: {
			'web-1': await startApp(t, (_request, response) => response.end('web')),
			'admin-1': await startApp(t, (_request, response) => response.end('admin')),
		},
	});
	t.is((await get(scene, 'a.b.shop.localhost')).body, 'web');
	t.is((await get(scene, 'admin.shop.localhost')).body, 'admin');
	t.is((await get(scene, 'shop.localhost')).status, 404);
});
