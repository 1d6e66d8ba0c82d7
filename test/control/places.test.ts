import test from 'ava';
import {plainContainer} from '../../src/config/build-container.ts';
import {instancesOf} from '../../src/control/instances.ts';
import {createNumberBook} from '../../src/control/number-book.ts';
import {createPlaces} from '../../src/control/places.ts';
import {portWishes} from '../../src/control/port-keys.ts';
import {meshConfig, versionConfig, workload} from '../support/mesh-config.ts';

const container = {
	...plainContainer,
	image: 'web',
	ports: [{target: 8080, published: '80', hostIp: '127.0.0.1', protocol: 'tcp'}],
} as const;

const config = meshConfig({
	services: [
		workload('web', {runtime: 'docker', port: 8080, versions: [versionConfig({container})]}),
		workload('api', {runtime: 'process', port: 8080}),
		workload('db', {
			runtime: 'docker',
			port: 5432,
			aliases: ['Postgres'],
			versions: [versionConfig({container: {...plainContainer, image: 'db'}})],
		}),
	],
});

const ports = new Map(portWishes(config).map(({key}, index) => [key, 20_000 + index]));
const book = createNumberBook();
const places = createPlaces({
	config,
	portOf: key => ports.get(key) ?? Number.NaN,
	numberOf: book.numberOf,
	network: {subnet: '10.213.4.0/24', gateway: '10.213.4.1'},
	nameServers: ['192.0.2.1'],
});
const [web, api, db] = instancesOf(config);

test('in a container, each service has an address of its own and each port a listener', t => {
	const toDb = places.listener('web-1', 'outbound:db');
	const toApi = places.listener('web-1', 'outbound:api');
	t.regex(toDb.address, /^127\.64\.0\.\d+$/);
	t.not(toDb.address, toApi.address);
	t.not(toDb.port, toApi.port);
	t.deepEqual(places.called('web-1', config.services[2] as never), {host: 'db', port: 5432});
});

test('a pod is reached at its address from within the network, and by its name through the bridge from the host', t => {
	if (!db) {
		throw new Error('there is a db');
	}

	const {address} = places.endpoint('web-1', db);
	t.regex(address, /^10\.213\.4\.1\d$/);
	t.deepEqual(places.endpoint('host', db), {
		address: '127.0.0.1',
		port: ports.get('gateway/bridge') ?? 0,
		serverName: `${address.replaceAll('.', '-')}-15006.pod.devmesh`,
	});
});

test('a local process is reached by name at the gateway from within a container', t => {
	if (!api) {
		throw new Error('there is an api');
	}

	t.deepEqual(places.endpoint('web-1', api), {
		address: '10.213.4.2',
		port: 15_009,
		serverName: 'api-1.host.devmesh',
	});
	t.deepEqual(places.app(api), {addresses: ['127.0.0.1', '::1'], port: ports.get('api-1/app') ?? 0});
});

test('a sidecar dials its app from an address that no database takes for localhost', t => {
	if (!db) {
		throw new Error('there is a db');
	}

	t.like(places.app(db), {from: '127.0.0.6', port: 5432});
});

test('another port of a service has a place of its own wherever it is called', t => {
	const other = {port: 9000, appPort: 7000, protocol: 'http'} as const;
	const called = workload('api', {runtime: 'docker', ports: [other], versions: [versionConfig({container})]});
	const local = workload('tool', {runtime: 'process', ports: [other]});
	const wanted = meshConfig({services: [called, local]});
	const portOf = (key: string) => 20_000 + portWishes(wanted).findIndex(wish => wish.key === key);
	const {
		endpoint,
		listener,
		pod,
		app,
		called: calledAt,
	} = createPlaces({
		config: wanted,
		portOf,
		numberOf: createNumberBook().numberOf,
		network: {subnet: '10.213.4.0/24', gateway: '10.213.4.1'},
		nameServers: [],
	});
	const [api, tool] = instancesOf(wanted);
	if (!api || !tool) {
		throw new Error('there are both');
	}

	const inbound = listener('api-1', 'inbound:9000');
	t.is(inbound.address, '0.0.0.0');
	t.deepEqual(pod(api)?.inboundPorts, [15_006, inbound.port]);
	t.is(endpoint('api-1', api, other).port, inbound.port);
	t.regex(endpoint('host', api, other).serverName ?? '', new RegExp(`-${inbound.port}\\.pod\\.devmesh$`));
	const outbound = listener('api-1', 'outbound:api:9000');
	t.is(outbound.address, listener('api-1', 'outbound:api').address);
	t.is(pod(api)?.capturePorts['9000'], outbound.port);
	t.is(app(api, other).port, 7000);
	t.deepEqual(calledAt('api-1', called, other), {host: 'api', port: 9000});
	t.is(endpoint('api-1', tool, other).serverName, '9000.tool-1.host.devmesh');
	t.is(endpoint('host', tool, other).port, portOf('tool-1/inbound:9000'));
	t.is(app(tool, other).port, portOf('tool-1/app:9000'));
	t.deepEqual(calledAt('tool-1', local, other), {host: '127.0.0.1', port: portOf('tool-1/outbound:tool:9000')});
});

test('a pod knows all names, aliases in small letters, and its published ports lead to its sidecar', t => {
	if (!web) {
		throw new Error('there is a web');
	}

	const pod = places.pod(web);
	t.deepEqual(Object.keys(pod?.names ?? {}), ['web', 'api', 'db', 'postgres']);
	t.is(pod?.names['postgres'], pod?.names['db']);
	t.deepEqual(Object.keys(pod?.capturePorts ?? {}), ['5432', '8080']);
	t.deepEqual(pod?.doors, [{port: 15_400, protocol: 'tcp', hostIp: '127.0.0.1', published: '80'}]);
	const names = places.dns('web-1')?.names ?? {};
	t.is(names['db.default.svc.cluster.local'], names['db']);
	t.is(places.dns('api-1'), undefined);
});
