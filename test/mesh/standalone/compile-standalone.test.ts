import test from 'ava';
import {createManualClock} from '../../../src/common/manual-clock.ts';
import {plainContainer} from '../../../src/config/build-container.ts';
import {compileStandalone} from '../../../src/mesh/standalone/compile-standalone.ts';
import type {MeshConfig} from '../../../src/model/mesh-config.ts';
import {meshConfig, versionConfig, workload} from '../../support/mesh-config.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 5, 1);
const version = versionConfig({container: {...plainContainer, image: 'app'}});
const inImage = (name: string, parts: Parameters<typeof workload>[1] = {}) =>
	workload(name, {versions: [version], ...parts});
const compile = (config: MeshConfig, subnet?: string) =>
	compileStandalone({config, subnet, validForMs: 90 * day, clock: createManualClock(now)});

const host = {host: 'shop.localhost', tls: true, redirect: true, routes: [], place: version.place};
const shop = meshConfig({
	services: [inImage('web', {runtime: 'process'}), inImage('api'), inImage('legacy', {sidecar: false})],
	gateway: {httpPort: 8080, httpsPort: 8443, hosts: [host]},
});

test('services that only local processes can run are refused by name', async t => {
	const config = meshConfig({services: [inImage('web'), workload('api'), workload('worker')]});
	const error = await t.throwsAsync(compile(config), {name: 'MeshError'});
	t.is(error?.message, 'api, worker have neither image nor build, and compose runs containers only');
});

test('every sidecar and the gateway have a snapshot, whose endpoints are ready at the addresses that compose is told', async t => {
	const mesh = await compile(shop, '10.9.0.0/16');
	t.deepEqual([...mesh.bootstraps.keys()], ['gateway', 'web-1', 'api-1']);
	const endpoints = mesh.bootstraps.get('web-1')?.snapshot.destinations.flatMap(destination => destination.endpoints);
	t.deepEqual(
		endpoints?.map(({id, address, state}) => ({id, address, state})),
		mesh.instances.map(({id, pod}) => ({id, address: pod.address, state: 'ready' as const})),
	);
	t.true(mesh.instances.every(({pod}) => pod.address.startsWith('10.9.0.')));
	t.is(mesh.network.gateway, '10.9.0.1');
});

test('a sidecar holds its own key and no other, and nobody holds the key of a root', async t => {
	const {bootstraps} = await compile(shop);
	for (const [sidecar, bootstrap] of bootstraps) {
		const keys = JSON.stringify(bootstrap).match(/BEGIN PRIVATE KEY/g) ?? [];
		// The gateway has those of its hosts, too.
		t.is(keys.length, sidecar === 'gateway' ? 2 : 1, sidecar);
	}
});

test('certificates are good for as long as is said', async t => {
	const {bootstraps, notAfter} = await compile(shop);
	t.is(notAfter, now + 90 * day);
	t.is(bootstraps.get('api-1')?.snapshot.certificate.notAfter, notAfter);
});

test('names of others are asked for through the gateway, also without an ingress', async t => {
	const mesh = await compile(meshConfig({services: [inImage('web')]}), '10.9.3.0/24');
	t.deepEqual(mesh.bootstraps.get('web-1')?.snapshot.dns?.upstreams, ['10.9.3.2:15053']);
	const gateway = mesh.bootstraps.get('gateway')?.snapshot;
	t.like(gateway, {sidecar: 'gateway', listeners: [], destinations: []});
	t.deepEqual(gateway?.dns, {address: '10.9.3.2', port: 15_053, names: {}, upstreams: ['127.0.0.11']});
	t.is(mesh.gateway.ports, undefined);
});

test('what is no subnet, or has no room for the instances, is refused', async t => {
	for (const subnet of ['10.9.0.0', '10.9.0.1/24', '10.300.0.0/16', '10.9.0.0/25', 'fd00::/64', '10.9.1.0/16']) {
		await t.throwsAsync(compile(shop, subnet), {message: /is no subnet for a mesh/}, subnet);
	}

	const many = meshConfig({services: [inImage('web', {versions: [{...version, replicas: 246}]})]});
	await t.throwsAsync(compile(many), {
		message: /^246 instances are too many for the subnet .*, which has room for 245$/,
	});
	t.is((await compile(many, '10.9.0.0/16')).instances.length, 246);
});
