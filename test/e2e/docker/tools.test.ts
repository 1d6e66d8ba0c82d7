import {once} from 'node:events';
import {readFile, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {MeshStatus} from '../../../src/model/mesh-status.ts';
import type {ToolName} from '../../../src/model/tool.ts';
import {startTestEngine as startSharedEngine} from '../../support/docker-engine.ts';
import {importImage, nodeImage} from '../../support/docker-images.ts';
import {createProject} from '../../support/project.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {createUser, repository, type User} from '../../support/user.ts';

const app = `
import http from 'node:http';
http.createServer((request, response) => response.end('hello')).listen(8080);
`;

const services = `services:
  web: { port: 80, appPort: 8080, build: ./app }
`;

const until = async (user: User, tool: ToolName, state: string): Promise<string> => {
	for (;;) {
		const known = (await user.json<MeshStatus>('status')).tools.find(entry => entry.tool === tool);
		if ((known?.state ?? 'none') === state) {
			return known?.url ?? '';
		}

		if (known?.state === 'failed' && state === 'ready') {
			throw new Error(known.note);
		}

		await sleep(100);
	}
};

const firstValue = async (prometheus: string, query: string): Promise<number> => {
	const response = await fetch(`${prometheus}api/v1/query?${new URLSearchParams({query})}`);
	const {data} = (await response.json()) as {data: {result: {value: [number, string]}[]}};
	return Number(data.result[0]?.value[1] ?? 0);
};

/** Images of what this machine has: Debian's Prometheus, and programs that stand in for the others. */
const importTools = async (): Promise<void> => {
	const engine = await startSharedEngine();
	await importImage(engine, 'test/prometheus:1', {
		programs: ['prometheus'],
		changes: ['ENTRYPOINT ["prometheus"]'],
	});
	for (const name of ['grafana', 'jaeger']) {
		const file = path.join(repository, 'test/support/stand-ins', `${name}.mjs`);
		await importImage(engine, `test/${name}:1`, {
			...nodeImage,
			files: {...nodeImage.files, '/tool.mjs': await readFile(file, 'utf8')},
			changes: ['ENTRYPOINT ["node", "/tool.mjs"]', 'USER 1000'],
		});
	}
};

const start = async (t: ExecutionContext) => {
	const engine = await startTestEngine();
	await importTools();
	const folder = await createProject(t, {
		'mesh.config.yaml': `${services}observability:
  prometheus: { image: test/prometheus:1 }
  grafana: { image: test/grafana:1 }
  jaeger: { image: test/jaeger:1 }
`,
		'app/Dockerfile': 'FROM node:26-slim\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]\n',
		'app/main.mjs': app,
	});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	const configFile = path.join(folder, 'mesh.config.yaml');
	const startedAt = async (tool: ToolName): Promise<string> =>
		engine.run('inspect', '--format', '{{.State.StartedAt}}', `${meshIdOf(configFile)}-${tool}`);
	return {engine, user, configFile, startedAt};
};

test('the tools run in containers beside the mesh: metrics and spans reach them from the host, their pages stand at the API’s address', async t => {
	const {engine, user, configFile, startedAt} = await start(t);
	const [prometheus, grafana, jaeger] = (await Promise.all(
		(['prometheus', 'grafana', 'jaeger'] as const).map(tool => until(user, tool, 'ready')),
	)) as [string, string, string];
	const status = await user.json<MeshStatus>('status');
	const entry = status.services.find(({service}) => service === 'web')?.hostUrl ?? '';
	t.is(await (await fetch(entry)).text(), 'hello');
	while (
		(await firstValue(prometheus, 'sum(istio_requests_total{reporter="destination",destination_workload="web"})')) < 1
	) {
		await sleep(200);
	}

	while ((await (await fetch(jaeger)).text()) === '0') {
		await sleep(50);
	}

	const seen = (await (await fetch(`${grafana}api/seen`)).json()) as {datasources: string[]; dashboards: string[]};
	t.deepEqual(seen.dashboards.toSorted(), ['Edge', 'Mesh', 'Service']);
	// Grafana asks from its own container.
	for (const source of seen.datasources) {
		const url = /url: (\S+)/.exec(source)?.[1] ?? '';
		const at = url.endsWith('/prometheus') ? `${url}/-/ready` : `${url}/`;
		const program = `fetch('${at}').then(r => console.log(r.status), e => console.log(String(e.cause)))`;
		t.is(await engine.run('exec', `${meshIdOf(configFile)}-grafana`, 'node', '-e', program), '200', at);
	}

	// They live on without the control plane, and the next one finds them.
	const before = await startedAt('prometheus');
	process.kill(status.controlPlane.pid, 'SIGKILL');
	t.is((await user.devmesh('up', '-d')).code, 0);
	t.is(await until(user, 'prometheus', 'ready'), prometheus);
	t.is(await startedAt('prometheus'), before);

	// One that is killed is started again.
	await engine.run('kill', `${meshIdOf(configFile)}-prometheus`);
	while ((await startedAt('prometheus').catch(() => before)) === before) {
		await sleep(100);
	}

	await until(user, 'prometheus', 'ready');

	await writeFile(configFile, services);
	await until(user, 'prometheus', 'none');
	t.is((await user.devmesh('down')).code, 0);
	t.is(
		(await engine.run('ps', '--all', '--quiet', '--filter', `label=dev.devmesh.mesh=${meshIdOf(configFile)}`)).trim(),
		'',
	);
});

/** A registry that promises an image, and never comes to the end of it. */
const startSlowRegistry = async (
	t: ExecutionContext,
): Promise<{readonly port: number; readonly asked: Promise<void>}> => {
	const asked = Promise.withResolvers<void>();
	const digest = `sha256:${'0'.repeat(64)}`;
	const type = 'application/vnd.docker.distribution.manifest.v2+json';
	const blob = {digest, size: 1_000_000};
	const manifest = JSON.stringify({
		schemaVersion: 2,
		mediaType: type,
		config: {...blob, mediaType: 'application/vnd.docker.container.image.v1+json'},
		layers: [{...blob, mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip'}],
	});
	const server = createServer((request, response) => {
		if (request.url?.includes('/manifests/')) {
			response.writeHead(200, {'content-type': type}).end(manifest);
		} else if (request.url?.includes('/blobs/')) {
			response.writeHead(200, {'content-length': blob.size}).write('{');
			const drip = setInterval(() => response.write(' '), 100);
			response.once('close', () => clearInterval(drip));
			asked.resolve();
		} else {
			response.writeHead(200).end();
		}
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
		server.closeAllConnections();
	});
	return {port: (server.address() as AddressInfo).port, asked: asked.promise};
};

test('a mesh goes down while the image of a tool is still being pulled', async t => {
	const engine = await startTestEngine();
	const registry = await startSlowRegistry(t);
	const folder = await createProject(t, {
		'mesh.config.yaml': `${services}observability: { prometheus: { image: 127.0.0.1:${registry.port}/slow/tool:1 } }\n`,
		'app/Dockerfile': 'FROM node:26-slim\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]\n',
		'app/main.mjs': app,
	});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	t.is((await user.devmesh('up', '-d')).code, 0);
	await registry.asked;
	t.is((await user.devmesh('down')).code, 0);
	t.is(
		await engine.run(
			'ps',
			'--all',
			'--quiet',
			'--filter',
			`label=dev.devmesh.mesh=${meshIdOf(path.join(folder, 'mesh.config.yaml'))}`,
		),
		'',
	);
});

test('an image that cannot be had is a warning, and the mesh is ready without it', async t => {
	const engine = await startTestEngine();
	const folder = await createProject(t, {
		'mesh.config.yaml': `${services}observability: { prometheus: { image: 127.0.0.1:1/no/such:1 } }\n`,
		'app/Dockerfile': 'FROM node:26-slim\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]\n',
		'app/main.mjs': app,
	});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	t.is((await user.devmesh('up', '-d')).code, 0);
	await until(user, 'prometheus', 'failed');
	const status = await user.json<MeshStatus>('status');
	t.true(status.ready);
	t.regex(status.tools[0]?.note ?? '', /127\.0\.0\.1:1\/no\/such:1 cannot be had/);
	t.truthy(status.tools[0]?.remedy);
});
