import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import anyTest, {type TestFn} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {MeshStatus} from '../../../src/model/mesh-status.ts';
import type {Cleanup} from '../../support/cleanup.ts';
import {createProject} from '../../support/project.ts';
import {createSharedCleanup} from '../../support/shared-cleanup.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

/** Answers with its host name at 8080 and 9090; asked for its health, it is well from the fourth time on. */
const app = `
import http from 'node:http';
import os from 'node:os';
let asked = 0;
for (const port of [8080, 9090]) {
	http.createServer((request, response) => {
		if (request.url === '/health') {
			response.statusCode = ++asked < 4 ? 503 : 200;
		}
		response.end(request.url === '/asked' ? String(asked) : os.hostname());
	}).listen(port);
}
`;

const config = `services:
  meshed: { port: 80, appPort: 8080, build: ./app, ports: [9090] }
  guarded: { port: 8080, build: ./app }
  plain: { port: 80, appPort: 8080, build: ./app, ports: [9090], sidecar: false, health: { http: /health, interval: 100ms } }
  twin: { port: 8080, build: ./app, replicas: 2, sidecar: false, env: { FOUND: "{{plain.url}}" } }
policies:
  mtls: strict
  authorization:
    - { to: guarded, allow: [{ from: [meshed] }] }
`;

interface Scene {
	readonly status: () => Promise<MeshStatus>;
	readonly runIn: (instance: string, program: string) => Promise<string>;
	/** What a service answers to an app: the status and the body, or why there is none. */
	readonly call: (instance: string, authority: string) => Promise<string>;
	readonly startedAt: (instance: string) => Promise<string>;
	readonly configFile: string;
}

const start = async (t: Cleanup): Promise<Scene> => {
	const engine = await startTestEngine();
	const folder = await createProject(t, {
		'mesh.config.yaml': config,
		'app/Dockerfile': 'FROM node:26-slim\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]\n',
		'app/main.mjs': app,
	});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	const up = await user.devmesh('up', '-d');
	if (up.code !== 0) {
		throw new Error(up.stdout + up.stderr);
	}

	const configFile = path.join(folder, 'mesh.config.yaml');
	const containerOf = (instance: string): string => `${meshIdOf(configFile)}-${instance}`;
	const runIn: Scene['runIn'] = (instance, program) => engine.run('exec', containerOf(instance), 'node', '-e', program);
	return {
		configFile,
		status: () => user.json<MeshStatus>('status'),
		runIn,
		call: (instance, authority) =>
			runIn(
				instance,
				`fetch('http://${authority}/').then(async r => console.log(r.status, await r.text()), e => console.log(e.cause.code))`,
			),
		startedAt: instance => engine.run('inspect', containerOf(instance), '--format', '{{.State.StartedAt}}'),
	};
};

const test = anyTest as TestFn<Scene>;
const cleanup = createSharedCleanup();
test.before(async t => {
	t.context = await start(cleanup);
});
test.after.always(cleanup.run);

const forms = ['', '.default', '.default.svc.cluster.local'];

test.serial('an app without a sidecar is asked whether it is ready, and `status` shows that it has none', async t => {
	const {status, runIn} = t.context;
	const {services} = await status();
	const of = (name: string) => services.find(({service}) => service === name);
	t.deepEqual(
		['plain', 'twin'].map(name => of(name)?.instances.map(({state, revision}) => `${state} ${revision}`)),
		[['ready undefined'], ['ready undefined', 'ready undefined']],
	);
	t.deepEqual([of('plain')?.mtls, of('meshed')?.mtls], ['off', 'strict']);
	const asked = await runIn(
		'plain-1',
		"fetch('http://127.0.0.1:8080/asked').then(async r => console.log(await r.text()))",
	);
	t.true(Number(asked) >= 4, `it was asked ${asked} times`);
});

test.serial('it is called by name, by apps with a sidecar and without', async t => {
	const {call} = t.context;
	for (const caller of ['meshed-1', 'twin-1']) {
		for (const form of forms) {
			t.is(await call(caller, `plain${form}`), '200 plain-1', `from ${caller}`);
			t.regex(await call(caller, `twin${form}:8080`), /^200 twin-[12]$/, `from ${caller}`);
		}

		t.is(await call(caller, 'plain:9090'), '200 plain-1', `from ${caller}`);
	}
});

test.serial(
	'it finds every instance of a service, also by c-ares, and is told addresses that hold in a container',
	async t => {
		const {runIn} = t.context;
		const found = await runIn(
			'plain-1',
			"require('node:dns').promises.resolve4('twin.default').then(all => console.log(all.length, all.every(a => a.startsWith('10.'))))",
		);
		t.is(found, '2 true');
		t.is(
			await runIn('twin-1', 'console.log(process.env.FOUND, process.env.MESHED_URL)'),
			'http://plain:80 http://meshed:80',
		);
	},
);

test.serial(
	'services with strict mTLS refuse its plain text; permissive ones answer, and hold to their policies',
	async t => {
		const {call, configFile, startedAt} = t.context;
		const before = await startedAt('meshed-1');
		for (const authority of ['meshed', 'meshed:9090', 'meshed:8080', 'guarded:8080']) {
			t.regex(await call('plain-1', authority), /^ECONN/, authority);
		}

		await writeFile(configFile, (await readFile(configFile, 'utf8')).replace('mtls: strict', 'mtls: permissive'));
		while ((await call('plain-1', 'meshed.default')) !== '200 meshed-1') {
			// Asked again: a save takes its time.
		}

		t.is(await call('plain-1', 'meshed:9090'), '200 meshed-1');
		t.regex(await call('plain-1', 'guarded:8080'), /^403 devmesh: /, 'who shows no certificate is on no list');
		t.is(await call('meshed-1', 'guarded:8080'), '200 guarded-1');
		t.regex(await call('plain-1', 'meshed:8080'), /^ECONN/, 'the app itself stays closed');
		t.is(await startedAt('meshed-1'), before, 'no app was restarted');

		await writeFile(configFile, (await readFile(configFile, 'utf8')).replace('mtls: permissive', 'mtls: strict'));
		while (!/^(?:UND_ERR|ECONN)/.test(await call('plain-1', 'meshed'))) {
			// Asked again: a save takes its time.
		}

		t.is(await call('meshed-1', 'guarded:8080'), '200 guarded-1');
	},
);
