import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {formatDiagnostics} from '../../../src/config/format-diagnostics.ts';
import {readConfig} from '../../../src/config/read-config.ts';
import {readCompose} from '../../../src/interop/compose/create-compose-reader.ts';
import type {WorkloadConfig} from '../../../src/model/mesh-config.ts';
import {createProject} from '../../support/project.ts';

const read = async (
	t: ExecutionContext,
	files: Readonly<Record<string, string>>,
	environment: Readonly<Record<string, string>> = {},
) => {
	const folder = await createProject(t, files);
	const result = await readConfig(path.join(folder, 'mesh.config.yaml'), environment, readCompose);
	return {
		...result,
		folder,
		shown: formatDiagnostics(result.diagnostics, {colors: false}),
		names: result.config?.services.map(({name}) => name),
		service: (name: string) => result.config?.services.find(service => service.name === name) as WorkloadConfig,
		relative: result.files.map(file => path.relative(folder, file)),
	};
};

const compose = `services:
  web: { image: nginx, depends_on: [api] }
  api:
    build: ./api
    command: node api.js
    environment: { LEVEL: info, TEMPLATE: "{{nothing.ours}}" }
    expose: [8080]
    depends_on: { db: { condition: service_healthy } }
  db: { image: postgres, healthcheck: { test: [CMD, pg_isready] } }
`;

test('three lines take over a compose project', async t => {
	const {config, diagnostics, names, service, folder, relative} = await read(t, {
		'mesh.config.yaml': 'version: 1\nname: shop\ncompose: compose.yaml\n',
		'compose.yaml': compose,
	});
	t.deepEqual(diagnostics, []);
	t.deepEqual(names, ['web', 'api', 'db']);
	t.like(config, {name: 'shop', policies: {authorization: []}});
	t.like(service('api'), {port: 8080, protocol: 'auto', dependsOn: [{service: 'db', condition: 'healthy'}]});
	t.like(service('api').versions[0], {
		env: {LEVEL: 'info', TEMPLATE: '{{nothing.ours}}'},
		restart: 'no',
		container: {build: {context: path.join(folder, 'api')}, command: ['node', 'api.js']},
		place: {file: 'compose.yaml', line: 3, column: 3},
	});
	t.false('command' in (service('api').versions[0] ?? {}));
	t.deepEqual(relative, ['mesh.config.yaml', '.env', 'compose.yaml']);
});

test('ports for datagrams are laid over one another, apart from those for connections', async t => {
	const {service, shown} = await read(t, {
		'mesh.config.yaml':
			'name: shop\ncompose: compose.yaml\nservices:\n  names: { ports: [{ port: 53, protocol: udp, appPort: 5300 }, { port: 54, protocol: udp }] }\n',
		'compose.yaml': 'services:\n  names: { image: example/names, ports: ["53:53", "53:53/udp"], expose: ["55/udp"] }\n',
	});
	t.like(service('names'), {port: 53, protocol: 'tcp', ports: undefined});
	t.deepEqual(service('names').udpPorts, [{port: 53, appPort: 5300}, {port: 54}, {port: 55}]);
	t.regex(shown, /DM4003 warning {2}datagrams to names at 53\/udp, 55\/udp/);
	t.regex(shown, /DM2036 warning {2}datagrams to names at 54\/udp/);
});

test('ports are laid over one another number by number: none that the compose file has is lost', async t => {
	const files = (api: string) => ({
		'mesh.config.yaml': `compose: compose.yaml\nservices:\n  api: ${api}\n`,
		'compose.yaml': 'services:\n  api: { image: example/api, expose: [8080, 9000, 9001] }\n',
	});
	const portsOf = async (api: string) => {
		const {service, shown} = await read(t, files(api));
		t.is(shown, '');
		const {port, protocol, ports = []} = service('api');
		return [{port, protocol}, ...ports].map(entry => `${entry.port} ${entry.protocol}`).join(', ');
	};

	t.is(await portsOf('{ sidecar: true }'), '8080 auto, 9000 auto, 9001 auto');
	t.is(await portsOf('{ port: 9000 }'), '9000 auto, 8080 auto, 9001 auto');
	t.is(await portsOf('{ ports: [7000, { port: 9001, protocol: tcp }] }'), '8080 auto, 7000 auto, 9001 tcp, 9000 auto');
	t.is(await portsOf('{ ports: [{ port: 8080, protocol: http }] }'), '8080 http, 9000 auto, 9001 auto');
});

test('the config is laid over a compose service of the same name, and routes and faults may name any', async t => {
	const {config, diagnostics, service, names} = await read(t, {
		'mesh.config.yaml': `compose: [compose.yaml]
services:
  api:
    env: { LEVEL: debug, URL: "{{db.host}}" }
    health: { http: /health }
    versions: { v1: {}, v2: { image: example/api:next, env: { NEW: "1" }, replicas: 2 } }
  db: { sidecar: false }
  tool: { port: 1, command: node tool.js, dependsOn: [api] }
routes: [{ to: api, backends: [{ version: v1, weight: 90 }, { version: v2, weight: 10 }] }]
faults: [{ to: api, from: web, delay: { duration: 2s } }]
ingress: [{ host: shop.localhost, to: web }]
`,
		'compose.yaml': compose,
	});
	t.deepEqual(diagnostics, []);
	t.deepEqual(names, ['web', 'api', 'db', 'tool']);
	t.like(config?.routes[0], {to: 'api'});
	const [v1, v2] = service('api').versions;
	t.like(v1, {name: 'v1', replicas: 1, env: {LEVEL: 'debug'}, health: {probe: {kind: 'http', path: '/health'}}});
	t.like(v1?.container, {command: ['node', 'api.js']});
	t.truthy(v1?.container?.build);
	t.like(v2, {name: 'v2', replicas: 2, env: {LEVEL: 'debug', NEW: '1'}, container: {image: 'example/api:next'}});
	t.is(v2?.container?.build, undefined);
	t.like(service('db'), {sidecar: false, port: 5432, protocol: 'tcp'});
});

test('what the rules find in a compose service stands at its line', async t => {
	const {shown, config} = await read(t, {
		'mesh.config.yaml':
			'compose: compose.yaml\nroutes: [{ to: apii }]\nfaults: [{ to: db, delay: { duration: 2s } }]\n',
		'compose.yaml': `services:
  web: { image: nginx, depends_on: [worker] }
  worker: { image: example/worker, depends_on: [web] }
  gateway: { image: nginx }
  db: { image: postgres }
  alone: { image: example/alone }
`,
	});
	t.is(config, undefined);
	t.is(
		shown,
		`mesh.config.yaml:2:16  DM2001  there is no service "apii"
  2 | routes: [{ to: apii }]
    |                ^^^^
  Write one of: web, worker, gateway, db, alone.

mesh.config.yaml:3:10  DM2028  db is spoken to by TCP, so there are no requests for a fault
  3 | faults: [{ to: db, delay: { duration: 2s } }]
    |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  Remove it; or, if db does speak HTTP, write protocol: http there.

compose.yaml:2:3  DM2007  these wait for each other: web → worker → web
  2 |   web: { image: nginx, depends_on: [worker] }
    |   ^^^
  Remove one of the dependencies; requests wait for a service that is still starting anyway.

compose.yaml:3:3  DM2014 warning  no file says at which port worker listens, so callers may not reach it
  3 |   worker: { image: example/worker, depends_on: [web] }
    |   ^^^^^^
  Add expose: ["8080"], or whatever it is, in the compose file; or port: in the mesh config.

compose.yaml:4:3  DM2011  the name "gateway" belongs to devmesh itself
  4 |   gateway: { image: nginx }
    |   ^^^^^^^
  Give the service another name; gateway, host and unknown stand for callers that are no services.
`,
	);
});

test('a compose file that cannot be read is told where it is named, and nothing that follows from it', async t => {
	t.is(
		(
			await read(t, {
				'mesh.config.yaml': 'compose: [compose.yaml, other.yaml]\nroutes: [{ to: api }]\n',
				'compose.yaml': 'services: {}\n',
			})
		).shown,
		`mesh.config.yaml:1:25  DM4004  other.yaml cannot be read: it does not exist
  1 | compose: [compose.yaml, other.yaml]
    |                         ^^^^^^^^^^
  Correct its name, or look at its kind and its permissions.
`,
	);
});

test('networks become policies, and those of the config go before them', async t => {
	const {config, diagnostics} = await read(t, {
		'mesh.config.yaml':
			'compose: compose.yaml\nservices: { tool: { port: 1, command: a } }\npolicies: { authorization: [{ to: db, allow: [{ from: web }] }] }\n',
		'compose.yaml': `services:
  web: { image: nginx, networks: [front] }
  api: { image: nginx, networks: [front, back] }
  db: { image: postgres, networks: [back] }
networks: { front: , back: }
`,
	});
	t.deepEqual(diagnostics, []);
	t.deepEqual(
		config?.policies.authorization.map(({to, allow}) => [to, allow]),
		[
			['db', [{from: ['web']}]],
			['web', [{from: ['web', 'api', 'gateway', 'host', 'tool']}]],
		],
	);
});

test('profiles, the name of the project and its variables', async t => {
	const files = {
		'mesh.config.yaml': 'compose: stack/compose.yaml\nprofiles: debug\n',
		'stack/compose.yaml':
			'name: my_shop\nservices: { web: { image: "nginx:$TAG" }, debug: { image: a, profiles: [debug] }, ci: { image: a, profiles: [ci] } }\n',
		'stack/.env': 'TAG=1\n',
	};
	const {config, names, relative} = await read(t, files);
	t.is(config?.name, 'my-shop');
	t.deepEqual(names, ['web', 'debug']);
	t.deepEqual(relative, ['mesh.config.yaml', '.env', path.join('stack', '.env'), path.join('stack', 'compose.yaml')]);
	t.deepEqual((await read(t, files, {COMPOSE_PROFILES: 'ci'})).names, ['web', 'debug', 'ci']);
});

test('local processes cannot be made of images alone', async t => {
	const {diagnostics} = await read(t, {
		'mesh.config.yaml': 'runtime: process\ncompose: compose.yaml\nservices: { web: { command: node web.js } }\n',
		'compose.yaml': 'services: { web: { image: nginx }, db: { image: postgres } }\n',
	});
	t.like(diagnostics, {length: 1, 0: {code: 'DM2008', place: {file: 'compose.yaml', line: 1, column: 36}}});
});
