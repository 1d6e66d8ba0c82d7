import test from 'ava';
import {compileSnapshots, type SnapshotInputs} from '../../src/control/compile-snapshots.ts';
import {createPlaces} from '../../src/control/places.ts';
import {portWishes} from '../../src/control/port-keys.ts';
import type {Certificate} from '../../src/model/certificate.ts';
import type {MeshConfig} from '../../src/model/mesh-config.ts';
import {external, meshConfig, versionConfig, workload} from '../support/mesh-config.ts';

const certificate = (name: string): Certificate => ({certPem: name, keyPem: '', notBefore: 0, notAfter: 1});
const place = {file: 'mesh.config.yaml', line: 1, column: 1};

const inputs = (config: MeshConfig): SnapshotInputs => {
	const ports = new Map(portWishes(config).map(({key}, index) => [key, 20_000 + index]));
	const portOf = (key: string) => ports.get(key) ?? Number.NaN;
	return {
		config,
		revision: 5,
		trustDomain: 'shop.local',
		trustedRoots: ['root'],
		portOf,
		places: createPlaces({config, portOf, numberOf: () => 0, network: undefined, nameServers: []}),
		stateOf: id => (id.endsWith('2') ? 'starting' : 'ready'),
		certificateOf: certificate,
		hostCertificateOf: certificate,
		faults: config.faults,
	};
};

const shop = meshConfig({
	services: [
		workload('web'),
		workload('api', {versions: [versionConfig({name: 'v1'}), versionConfig({name: 'v2', replicas: 2})]}),
		workload('migrate', {versions: [versionConfig({job: true})]}),
		workload('legacy', {sidecar: false}),
		external('payments'),
	],
	policies: {mtls: 'strict', authorization: [{to: 'api', allow: [{from: ['web']}], place}]},
	gateway: {
		httpPort: 8080,
		httpsPort: 8443,
		hosts: [
			{
				host: 'shop.localhost',
				tls: true,
				redirect: true,
				routes: [{name: 'shop.localhost[0]', matches: [], backends: [{service: 'web', weight: 1}]}],
				place,
			},
		],
	},
});

test('there is a snapshot for each instance with a sidecar, for the gateway and for people', t => {
	t.deepEqual(
		compileSnapshots(inputs(shop)).map(({sidecar, identity}) => `${sidecar} is ${identity.spiffeId}`),
		[
			'web-1 is spiffe://shop.local/ns/default/sa/web',
			'api-v1-1 is spiffe://shop.local/ns/default/sa/api',
			'api-v2-1 is spiffe://shop.local/ns/default/sa/api',
			'api-v2-2 is spiffe://shop.local/ns/default/sa/api',
			'migrate-1 is spiffe://shop.local/ns/default/sa/migrate',
			'gateway is spiffe://shop.local/ns/default/sa/gateway',
			'host is spiffe://shop.local/ns/default/sa/host',
		],
	);
});

test('a service is reached at the inbound listeners of its instances, over mTLS, whatever their version', t => {
	const api = compileSnapshots(inputs(shop))[0]?.destinations.find(({service}) => service === 'api');
	t.deepEqual(
		api?.endpoints.map(({id, version, state, transport}) => `${id} ${version} ${state} ${transport.kind}`),
		['api-v1-1 v1 ready mtls', 'api-v2-1 v2 ready mtls', 'api-v2-2 v2 starting mtls'],
	);
});

test('a service without a sidecar is reached in plain text at its own port; an external one by TLS at its host', t => {
	const {portOf} = inputs(shop);
	const destinations = compileSnapshots(inputs(shop))[0]?.destinations ?? [];
	t.like(destinations.find(({service}) => service === 'legacy')?.endpoints[0], {
		port: portOf('legacy-1/app'),
		transport: {kind: 'plain'},
	});
	t.like(destinations.find(({service}) => service === 'payments')?.endpoints[0], {
		address: 'payments.example.com',
		port: 443,
		transport: {kind: 'tls', serverName: 'payments.example.com'},
	});
});

test('a service without routes has one that leads to all of its versions', t => {
	const api = compileSnapshots(inputs(shop))[0]?.destinations.find(({service}) => service === 'api');
	t.deepEqual(api?.routes, [{name: 'api', matches: [], backends: [{service: 'api', weight: 1}], filters: []}]);
});

test('only the sidecars of a service that a policy names authorize', t => {
	const [web, api] = compileSnapshots(inputs(shop)).map(({listeners}) =>
		listeners.find(({kind}) => kind === 'inbound'),
	);
	t.like(web, {filters: []});
	t.like(api, {filters: [{kind: 'authorize', allow: [{from: ['web']}]}]});
});

test('a job takes no requests', t => {
	const migrate = compileSnapshots(inputs(shop)).find(({sidecar}) => sidecar === 'migrate-1');
	t.true(migrate?.listeners.every(({kind}) => kind === 'outbound'));
});

test('a host with TLS is served over HTTPS, and plain HTTP is redirected to its port', t => {
	const {portOf} = inputs(shop);
	const gateway = compileSnapshots(inputs(shop)).find(({sidecar}) => sidecar === 'gateway');
	t.like(gateway?.listeners[0], {name: 'http', routes: [{redirectToHttps: portOf('gateway/https')}]});
	t.like(gateway?.listeners[1], {
		name: 'https',
		certificates: [{host: 'shop.localhost'}],
		routes: [{hosts: ['shop.localhost']}],
	});
});
