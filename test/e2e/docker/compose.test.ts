import {execFile} from 'node:child_process';
import {readFile, writeFile} from 'node:fs/promises';
import {connect} from 'node:net';
import path from 'node:path';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {MeshStatus} from '../../../src/model/mesh-status.ts';
import {statusOf} from '../../support/bookinfo.ts';
import {createProject} from '../../support/project.ts';
import {freePort} from '../../support/scene.ts';
import {startTestEngine, type TestEngine} from '../../support/test-engine.ts';
import {createUser, type User} from '../../support/user.ts';

const dockerfile = 'FROM node:26-slim\nWORKDIR /app\nCOPY . .\nCMD ["node", "main.mjs"]\n';

/** Speaks first, as mail servers and databases do; counts in a volume. */
const counter = `
import {readFileSync, writeFileSync} from 'node:fs';
import net from 'node:net';
net.createServer(socket => {
	let count = 0;
	try { count = Number(readFileSync('/data/count', 'utf8')); } catch {}
	writeFileSync('/data/count', String(count + 1));
	socket.end('count ' + (count + 1) + ' from ' + socket.remoteAddress + '\\n');
	socket.on('error', () => {});
}).listen(7000, '0.0.0.0');
`;

/** Answers with what the counter said, its own host name, a secret and a setting. */
const shop = `
import {readFileSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
const ask = () => new Promise((resolve, reject) => {
	let text = '';
	const socket = net.connect(7000, 'counter');
	socket.on('data', chunk => { text += chunk; });
	socket.on('error', reject);
	socket.on('close', () => resolve(text.trim()));
});
http.createServer(async (request, response) => {
	if (request.url === '/health') {
		response.end('fine');
		return;
	}
	const secret = readFileSync('/run/secrets/token', 'utf8').trim();
	response.end(JSON.stringify({count: await ask(), host: os.hostname(), secret, level: process.env.LEVEL}));
}).listen(3000, '127.0.0.1');
`;

const compose = (port: number): string => `
services:
  shop:
    build: ./shop
    init: true
    ports: ["${port}:3000"]
    environment:
      LEVEL: \${LEVEL:-low}
    secrets: [token]
    depends_on:
      counter: { condition: service_started }
    healthcheck:
      test: ["CMD", "node", "-e", "fetch('http://127.0.0.1:3000/health').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
      interval: 1s
      timeout: 5s
  counter:
    build: ./counter
    init: true
    expose: ["7000"]
    volumes: ["counts:/data"]
volumes:
  counts:
secrets:
  token:
    file: ./token.txt
`;

interface Shop {
	readonly engine: TestEngine;
	readonly folder: string;
	readonly id: string;
	readonly user: User;
	readonly port: number;
	readonly ask: () => Promise<Readonly<Record<string, string>>>;
}

const startShop = async (t: ExecutionContext): Promise<Shop> => {
	const engine = await startTestEngine();
	const port = await freePort();
	const folder = await createProject(t, {
		'compose.yaml': compose(port),
		'token.txt': 'open sesame\n',
		'shop/Dockerfile': dockerfile,
		'shop/main.mjs': shop,
		'counter/Dockerfile': dockerfile,
		'counter/main.mjs': counter,
	});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	t.teardown(() => user.devmesh('down', '--volumes'));
	const init = await user.devmesh('init');
	t.is(init.code, 0, init.stdout + init.stderr);
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	return {
		engine,
		folder,
		id: meshIdOf(path.join(folder, 'mesh.config.yaml')),
		user,
		port,
		ask: async () => (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as Readonly<Record<string, string>>,
	};
};

/** Containers, volumes and networks of a mesh. */
const leftIn = async (engine: TestEngine, id: string): Promise<string> => {
	const filter = ['--filter', `label=dev.devmesh.mesh=${id}`];
	const lists = [
		['ps', '-aq'],
		['volume', 'ls', '-q'],
		['network', 'ls', '-q'],
	];
	return (await Promise.all(lists.map(list => engine.run(...list, ...filter)))).join('');
};

const startedAt = ({engine, id}: Shop, instance: string): Promise<string> =>
	engine.run('inspect', `${id}-${instance}`, '--format', '{{.State.StartedAt}}');

test.serial('a compose file and nothing else gives a mesh by init and up', async t => {
	const mesh = await startShop(t);
	const answer = await mesh.ask();
	t.regex(
		answer['count'] ?? '',
		/^count \d+ from (::ffff:)?127\.0\.0\.6$/,
		'the app hears of a caller that is not localhost',
	);
	t.like(answer, {host: 'shop-1', secret: 'open sesame', level: 'low'});
	const status = await mesh.user.json<MeshStatus>('status');
	t.is(status.runtime, 'docker');
	t.true(status.services.every(({mtls}) => mtls === 'strict'));
	const [project] = JSON.parse(
		await mesh.engine
			.run('inspect', `${mesh.id}-shop-1`, '--format', '{{json .Config.Labels}}')
			.then(text => `[${text}]`),
	) as readonly Readonly<Record<string, string>>[];
	t.is(project?.['com.docker.compose.project'], mesh.id);
	t.is(project?.['com.docker.compose.service'], 'shop');
});

test.serial(
	'a published port is open to the host and closed to other containers; the app behind it is closed to both',
	async t => {
		const mesh = await startShop(t);
		t.is(await statusOf(`http://127.0.0.1:${mesh.port}/`, undefined, {}), 200);
		const address = await mesh.engine.run(
			...['inspect', `${mesh.id}-shop-1-pause`, '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'],
		);
		const program = `
		const net = require('node:net');
		const ask = port => new Promise(resolve => {
			const socket = net.connect({port, host: '${address}', timeout: 2000});
			socket.on('connect', () => { resolve(port + ' open'); socket.destroy(); });
			socket.on('timeout', () => { resolve(port + ' silent'); socket.destroy(); });
			socket.on('error', () => resolve(port + ' refused'));
		});
		Promise.all([ask(3000), ask(15400)]).then(all => console.log(all.join(', ')));
	`;
		const output = await mesh.engine.run(
			...['run', '--rm', '--network', mesh.id, 'node:26-slim', 'node', '-e', program],
		);
		t.is(output, '3000 refused, 15400 refused');
		const fromHost = await new Promise<string>(resolve => {
			const socket = connect({port: 3000, host: address, timeout: 2000});
			socket.on('connect', () => resolve('open'));
			socket.on('timeout', () => resolve('silent'));
			socket.on('error', () => resolve('refused'));
		});
		t.is(fromHost, 'refused');
	},
);

test.serial('a changed service of the compose file restarts alone', async t => {
	const mesh = await startShop(t);
	const before = [await startedAt(mesh, 'shop-1'), await startedAt(mesh, 'counter-1')];
	const file = path.join(mesh.folder, 'compose.yaml');
	await writeFile(file, (await readFile(file, 'utf8')).replace('LEVEL:-low', 'LEVEL:-high'));
	for (;;) {
		const answer = await mesh.ask().catch(() => undefined);
		if (answer?.['level'] === 'high') {
			break;
		}
	}

	t.not(await startedAt(mesh, 'shop-1'), before[0] ?? '');
	t.is(await startedAt(mesh, 'counter-1'), before[1] ?? '');
});

test.serial('down keeps named volumes, down --volumes removes them, and nothing else is left', async t => {
	const {engine, id} = await startShop(t).then(async mesh => {
		const first = Number(/\d+/.exec((await mesh.ask())['count'] ?? '')?.[0]);
		t.is((await mesh.user.devmesh('down')).code, 0);
		t.is((await mesh.user.devmesh('up', '-d')).code, 0);
		const second = Number(/\d+/.exec((await mesh.ask())['count'] ?? '')?.[0]);
		t.true(second > first, 'the count goes on');
		const down = await mesh.user.devmesh('down', '--volumes');
		t.is(down.code, 0, down.stdout + down.stderr);
		return mesh;
	});
	t.is(await leftIn(engine, id), '');
});

test.serial('after a killed control plane, down leaves nothing in the engine', async t => {
	const mesh = await startShop(t);
	const {controlPlane} = await mesh.user.json<MeshStatus>('status');
	process.kill(controlPlane.pid, 'SIGKILL');
	t.is((await mesh.user.devmesh('down', '--volumes')).code, 0);
	t.is(await leftIn(mesh.engine, mesh.id), '');
	const {stdout} = await promisify(execFile)('ps', ['-eo', 'args']);
	t.false(stdout.includes(mesh.user.home));
});
