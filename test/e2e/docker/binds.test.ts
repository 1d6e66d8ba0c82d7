import http from 'node:http';
import type {AddressInfo} from 'node:net';
import {networkInterfaces} from 'node:os';
import path from 'node:path';
import anyTest, {type TestFn} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {Cleanup} from '../../support/cleanup.ts';
import {createProject} from '../../support/project.ts';
import {createSharedCleanup} from '../../support/shared-cleanup.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

/** Listens where it is told; answers with its host name, or with what another service answers. */
const app = `
import http from 'node:http';
import os from 'node:os';
http.createServer(async (request, response) => {
	const other = new URL(request.url, 'http://a').searchParams.get('ask');
	try {
		response.end(other ? await (await fetch(other)).text() : os.hostname());
	} catch (error) {
		response.end(String(error.cause?.code ?? error));
	}
}).listen(8080, process.env.BIND);
`;

const binds = {any: '0.0.0.0', loopback: '127.0.0.1', loopback6: '::1', any6: '::'} as const;
const services = Object.keys(binds) as readonly (keyof typeof binds)[];

const config = (internet: string): string => `services:
${services.map(name => `  ${name}: { port: 8080, build: ./app, env: { BIND: "${binds[name]}" } }`).join('\n')}
  many: { port: 8080, build: ./app, replicas: 2, env: { BIND: "0.0.0.0" } }
  internet: { external: "${internet}" }
policies:
  authorization:
    - { to: many, allow: [{ from: [any] }] }
`;

interface Scene {
	/** Asks the app of an instance at its own address, as whoever stands beside it would; gives what it answers. */
	readonly ask: (instance: string, query?: string) => Promise<string>;
	readonly internet: URL;
	/** What its callers took it for. */
	readonly hostsAsked: readonly string[];
}

/** A server beyond the mesh, at an address of this machine that is not loopback. */
const startInternet = async (t: Cleanup, hostsAsked: string[]): Promise<URL> => {
	const own = Object.values(networkInterfaces())
		.flatMap(addresses => addresses ?? [])
		.find(({family, internal}) => family === 'IPv4' && !internal);
	const server = http.createServer((request, response) => {
		hostsAsked.push(request.headers.host ?? '');
		response.end('the world outside');
	});
	await new Promise<void>(resolve => server.listen(0, own?.address, resolve));
	t.teardown(() => server.close());
	return new URL(`http://${own?.address}:${(server.address() as AddressInfo).port}`);
};

const start = async (t: Cleanup): Promise<Scene> => {
	const engine = await startTestEngine();
	const hostsAsked: string[] = [];
	const internet = await startInternet(t, hostsAsked);
	const folder = await createProject(t, {
		'mesh.config.yaml': config(internet.origin),
		'app/Dockerfile': 'FROM node:26-slim\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]\n',
		'app/main.mjs': app,
	});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	const up = await user.devmesh('up', '-d');
	if (up.code !== 0) {
		throw new Error(up.stdout + up.stderr);
	}

	const id = meshIdOf(path.join(folder, 'mesh.config.yaml'));
	return {
		ask: (instance, query = '') =>
			engine.run(
				...['exec', `${id}-${instance}`, 'node', '-e'],
				`const host = {'0.0.0.0': '127.0.0.1', '::1': '[::1]', '::': '[::1]'}[process.env.BIND] ?? process.env.BIND;
				fetch('http://' + host + ':8080/?ask=${encodeURIComponent(query)}').then(async r => console.log(await r.text()), e => console.log(e.cause.code));`,
			),
		internet,
		hostsAsked,
	};
};

const test = anyTest as TestFn<Scene>;
const cleanup = createSharedCleanup();
test.before(async t => {
	t.context = await start(cleanup);
});
test.after.always(cleanup.run);

test.serial(
	'an app listens at every address or at loopback alone, at the port of the services that it calls',
	async t => {
		const {ask} = t.context;
		for (const caller of services) {
			const answers = await Promise.all(services.map(called => ask(`${caller}-1`, `http://${called}:8080/`)));
			t.deepEqual(
				answers,
				services.map(called => `${called}-1`),
				`as called by ${caller}, which listens at ${binds[caller]}`,
			);
		}
	},
);

test.serial('an app reads its own host name, which is its instance', async t => {
	const {ask} = t.context;
	t.deepEqual(await Promise.all(['any-1', 'loopback6-1', 'many-1', 'many-2'].map(instance => ask(instance))), [
		'any-1',
		'loopback6-1',
		'many-1',
		'many-2',
	]);
});

test.serial('an app that calls its own service goes through the mesh, not to itself', async t => {
	const {ask} = t.context;
	t.regex(await ask('many-1', 'http://many:8080/'), /^devmesh: /, 'its policy does not name it');
	t.regex(await ask('any-1', 'http://many:8080/'), /^many-[12]$/);
});

test.serial('an app reaches the host on the internet side that it declares, by name and by address', async t => {
	const {ask, internet, hostsAsked} = t.context;
	t.is(await ask('loopback6-1', `http://internet:${internet.port}/`), 'the world outside');
	t.deepEqual(hostsAsked, [internet.host], 'who is called hears its own name');
	t.is(await ask('any-1', internet.href), 'the world outside');
});
