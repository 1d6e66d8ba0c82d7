import http from 'node:http';
import type {AddressInfo} from 'node:net';
import {networkInterfaces} from 'node:os';
import path from 'node:path';
import anyTest, {type TestFn} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {Cleanup} from '../../support/cleanup.ts';
import {makeNamesImage, nameClients, namesImage} from '../../support/names-image.ts';
import {createProject} from '../../support/project.ts';
import {createSharedCleanup} from '../../support/shared-cleanup.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

const compose = `services:
  api: { image: ${namesImage}, pull_policy: never, expose: ["8080"], init: true, command: node /names/api.mjs }
  client: { image: ${namesImage}, pull_policy: never, init: true, command: nginx -c /names/nginx.conf }
`;

// Who calls past the mesh is nobody, and refused.
const config = (internet: string): string => `compose: compose.yaml
services:
  internet: { external: "${internet}" }
policies:
  authorization:
    - { to: api, allow: [{ from: [client] }] }
`;

interface Scene {
	/** Runs a program beside the client's app; gives the lines that it printed. */
	readonly runInClient: (...command: readonly string[]) => Promise<readonly string[]>;
	/** Of the host beyond the mesh. */
	readonly port: number;
}

/** A server beyond the mesh, at an address of this machine that is not loopback. */
const startInternet = async (t: Cleanup): Promise<URL> => {
	const own = Object.values(networkInterfaces())
		.flatMap(addresses => addresses ?? [])
		.find(({family, internal}) => family === 'IPv4' && !internal);
	const server = http.createServer((_request, response) => response.end('the world outside'));
	await new Promise<void>(resolve => server.listen(0, own?.address, resolve));
	t.teardown(() => server.close());
	return new URL(`http://${own?.address}:${(server.address() as AddressInfo).port}`);
};

const start = async (t: Cleanup): Promise<Scene> => {
	const engine = await startTestEngine();
	await makeNamesImage();
	const internet = await startInternet(t);
	const folder = await createProject(t, {'compose.yaml': compose, 'mesh.config.yaml': config(internet.origin)});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	const up = await user.devmesh('up', '-d');
	if (up.code !== 0) {
		throw new Error(up.stdout + up.stderr);
	}

	const id = meshIdOf(path.join(folder, 'mesh.config.yaml'));
	return {
		runInClient: async (...command) => (await engine.run('exec', `${id}-client-1`, ...command)).split('\n'),
		port: Number(internet.port),
	};
};

const test = anyTest as TestFn<Scene>;
const cleanup = createSharedCleanup();
test.before(async t => {
	t.context = await start(cleanup);
});
test.after.always(cleanup.run);

const forms = ['', '.default', '.default.svc.cluster.local'];

for (const [client, command] of Object.entries(nameClients)) {
	test.serial(`${client} finds services in every form of their names, and the host that is declared`, async t => {
		const {runInClient, port} = t.context;
		const apis = forms.map(form => `api${form}`);
		const internets = forms.map(form => `internet${form}`);
		const lines = await runInClient(
			...command,
			...apis.map(host => `${host}:8080`),
			...internets.map(host => `${host}:${port}`),
		);
		const found = lines.map(line => /^(\S+) 127\.(\d+)\.\d+\.\d+ (.*)$/.exec(line) ?? line);
		t.deepEqual(
			found.map(line => (typeof line === 'string' ? line : line.slice(1))),
			[...apis.map(host => [host, '64', 'this is api']), ...internets.map(host => [host, '64', 'the world outside'])],
		);
		t.is(new Set(lines.map(line => line.split(' ')[1])).size, 2, 'one address for each service');
	});
}

test.serial('nginx finds them by a resolver, the one that Docker writes or the one of the pod', async t => {
	const {runInClient, port} = t.context;
	for (const listens of [9001, 9002]) {
		for (const form of forms) {
			const ask = (authority: string) =>
				runInClient('curl', '--silent', '--show-error', `http://127.0.0.1:${listens}/${authority}`);
			t.deepEqual(await ask(`api${form}:8080`), ['this is api'], `by ${listens}, with ${form}`);
			t.deepEqual(await ask(`internet${form}:${port}`), ['the world outside'], `by ${listens}, with ${form}`);
		}
	}
});
