import test from 'ava';
import {desiredState} from '../../src/control/desired-state.ts';
import {createPlaces} from '../../src/control/places.ts';
import type {MeshConfig} from '../../src/model/mesh-config.ts';
import {external, meshConfig, versionConfig, workload} from '../support/mesh-config.ts';

const ports: Readonly<Record<string, number>> = {
	'web-1/app': 20_001,
	'web-1/outbound:web': 20_002,
	'web-1/outbound:api': 20_003,
	'web-1/outbound:mail': 20_004,
	'api-v1-1/app': 20_011,
	'api-v1-1/outbound:web': 20_012,
	'api-v1-1/outbound:api': 20_013,
	'api-v1-1/outbound:mail': 20_014,
};

const config = (env: Readonly<Record<string, string>> = {}): MeshConfig =>
	meshConfig({
		services: [
			workload('web', {versions: [versionConfig({env})]}),
			workload('api', {versions: [versionConfig({name: 'v1'})]}),
			external('mail', {protocol: 'tcp', port: 25, tls: false}),
		],
	});

const desired = (wanted: MeshConfig, {changes = 0, portOf = (key: string) => ports[key] ?? Number.NaN} = {}) =>
	desiredState(wanted, {
		places: createPlaces({config: wanted, portOf, numberOf: () => 0, network: undefined, nameServers: []}),
		changesOf: () => changes,
	});

test('an app learns where it listens and where its own sidecar takes calls to each service', t => {
	const [web] = desired(config()).instances;
	t.like(web, {id: 'web-1', appPort: 20_001});
	t.like(web?.env, {
		PORT: '20001',
		API_URL: 'http://127.0.0.1:20003',
		API_HOST: '127.0.0.1',
		API_PORT: '20003',
		MAIL_URL: 'tcp://127.0.0.1:20004',
		DEVMESH_SERVICE: 'web',
		DEVMESH_VERSION: 'default',
		DEVMESH_INSTANCE: 'web-1',
	});
});

test('placeholders are filled in, and what the user wrote goes before what devmesh provides', t => {
	const [web] = desired(config({API: '{{api.url}}/v2', LISTEN: ':{{port}}', PORT: '1'})).instances;
	t.like(web?.env, {API: 'http://127.0.0.1:20003/v2', LISTEN: ':20001', PORT: '1'});
});

test('an app learns where it listens for each of its other ports, and where those of its neighbours are', t => {
	const wanted = meshConfig({
		services: [
			workload('web', {
				ports: [{port: 9000, protocol: 'http'}],
				versions: [versionConfig({env: {OWN: '{{port}} {{port:9080}} {{port:9000}}', API: '{{api:9001.url}}'}})],
			}),
			workload('api', {ports: [{port: 9001, protocol: 'tcp'}]}),
		],
	});
	const portOf = (key: string) => ({'web-1/app': 1, 'web-1/app:9000': 2, 'web-1/outbound:api:9001': 3})[key] ?? 99;
	const [web] = desired(wanted, {portOf}).instances;
	t.like(web?.env, {
		PORT: '1',
		PORT_9000: '2',
		OWN: '1 1 2',
		API: 'tcp://127.0.0.1:3',
		API_URL_9001: 'tcp://127.0.0.1:3',
		API_HOST_9001: '127.0.0.1',
		API_PORT_9001: '3',
		API_PORT: '99',
	});
	const moved = desired(wanted, {portOf: key => (key === 'web-1/app:9000' ? 5 : portOf(key))}).instances[0];
	t.not(moved?.digest, web?.digest);
});

test('an app learns where it takes datagrams, and where its neighbours do', t => {
	const udp = meshConfig({
		services: [workload('web', {udpPorts: [{port: 5353}]}), workload('names', {udpPorts: [{port: 53, appPort: 5300}]})],
	});
	const known: Readonly<Record<string, number>> = {
		...ports,
		'web-1/app:5353/udp': 20_005,
		'web-1/udp:web:5353': 20_006,
		'web-1/udp:names:53': 20_007,
		'names-1/app:53/udp': 5300,
	};
	const [web, names] = desired(udp, {portOf: key => known[key] ?? Number.NaN}).instances;
	t.like(web?.env, {PORT_5353_UDP: '20005', NAMES_HOST_53_UDP: '127.0.0.1', NAMES_PORT_53_UDP: '20007'});
	t.like(names?.env, {PORT_53_UDP: '5300'});
});

test('a new neighbour leaves the digest of an app as it is; a new value changes it', t => {
	const before = desired(config()).instances[0]?.digest;
	const withNeighbour = {...config(), services: [...config().services, external('payments')]};
	const portOf = (key: string) => ports[key] ?? 20_099;
	t.is(desired(withNeighbour, {portOf}).instances[0]?.digest, before);
	t.not(desired(config({LEVEL: 'debug'})).instances[0]?.digest, before);
});

test('a changed port of its sidecar changes the digest: the app must learn of it', t => {
	const before = desired(config()).instances[0]?.digest;
	t.not(desired(config(), {changes: 1}).instances[0]?.digest, before);
});

test('every instance has a sidecar, and people have one for themselves', t => {
	t.deepEqual(desired(config()).sidecars, ['web-1', 'api-v1-1', 'host']);
});
