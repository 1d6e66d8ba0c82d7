import {readFile, writeFile} from 'node:fs/promises';
import {connect} from 'node:net';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {MeshStatus} from '../../../src/model/mesh-status.ts';
import {createProject} from '../../support/project.ts';
import {freePort} from '../../support/scene.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

const dockerfile = 'FROM node:26-slim\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]\n';

/** Listens at three ports: requests at two of them, and one where it speaks first. */
const several = `
import http from 'node:http';
import net from 'node:net';
for (const port of [3000, 9000, 9100]) {
	http.createServer((request, response) => response.end('page of ' + port)).listen(port, '127.0.0.1');
}
net.createServer(socket => socket.on('error', () => {}).end('word of 7000')).listen(7000, '0.0.0.0');
`;

const idle = `
import http from 'node:http';
http.createServer((request, response) => response.end('idle')).listen(3000);
`;

/** A local process: says at its second port what it is told by the container at its second port. */
const tool = `
import http from 'node:http';
http.createServer((request, response) => response.end('tool')).listen(process.env.PORT, '127.0.0.1');
http.createServer(async (request, response) => {
	const answer = await fetch(process.env.SEVERAL_URL_9000);
	response.end('the tool heard: ' + (await answer.text()));
}).listen(process.env.PORT_9001, '127.0.0.1');
`;

const compose = (port: number): string => `
services:
  several:
    build: ./several
    init: true
    ports: ["${port}:3000"]
    expose: ["7000", "9000"]
  caller: { build: ./idle, init: true, expose: ["3000"] }
  stranger: { build: ./idle, init: true, expose: ["3000"] }
`;

const config = `
name: ports
compose: compose.yaml
policies:
  authorization:
    - { to: several, allow: [{ from: [caller, tool, host] }] }
services:
  tool: { runtime: process, port: 8080, ports: [9001], command: node tool.mjs }
`;

const start = async (t: ExecutionContext) => {
	const engine = await startTestEngine();
	const port = await freePort();
	const folder = await createProject(t, {
		'mesh.config.yaml': config,
		'compose.yaml': compose(port),
		'tool.mjs': tool,
		'several/Dockerfile': dockerfile,
		'several/main.mjs': several,
		'idle/Dockerfile': dockerfile,
		'idle/main.mjs': idle,
	});
	const configFile = path.join(folder, 'mesh.config.yaml');
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	const containerOf = (instance: string) => `${meshIdOf(configFile)}-${instance}`;
	const runIn = (instance: string, program: string): Promise<string> =>
		engine.run('exec', containerOf(instance), 'node', '-e', program);
	return {
		port,
		configFile,
		status: () => user.json<MeshStatus>('status'),
		startedAt: (instance: string) => engine.run('inspect', containerOf(instance), '--format', '{{.State.StartedAt}}'),
		/** What a page answers to an app. */
		page: (instance: string, url: string) =>
			runIn(
				instance,
				`fetch('${url}').then(async r => console.log(r.status, await r.text()), error => console.log(error.cause.code))`,
			),
		/** What is said to an app that says nothing itself. */
		word: (instance: string, port: number) =>
			runIn(
				instance,
				`require('node:net').connect(${port}, 'several').on('data', d => console.log(String(d))).on('error', e => console.log(e.code)).on('close', () => console.log('.'))`,
			),
	};
};

test.serial('a service is called by its name at each port of its compose file, by whom its policy allows', async t => {
	const mesh = await start(t);
	t.is(await mesh.page('caller-1', 'http://several:3000/'), '200 page of 3000');
	t.is(await mesh.page('caller-1', 'http://several:9000/'), '200 page of 9000');
	t.is(await mesh.word('caller-1', 7000), 'word of 7000\n.');
	for (const port of [3000, 9000]) {
		t.regex(await mesh.page('stranger-1', `http://several:${port}/`), /^403 devmesh: /);
	}

	t.notRegex(await mesh.word('stranger-1', 7000), /word/);
	t.regex(await mesh.page('caller-1', 'http://several:9100/'), /ECONNREFUSED/);
});

test.serial('from the host, every port has an address, beside the published one', async t => {
	const mesh = await start(t);
	const {services} = await mesh.status();
	const {hostUrl, ports = []} = services.find(({service}) => service === 'several') ?? {};
	t.is(await (await fetch(`http://127.0.0.1:${mesh.port}/`)).text(), 'page of 3000');
	t.is(await (await fetch(hostUrl ?? '')).text(), 'page of 3000');
	t.deepEqual(
		ports.map(({port, protocol}) => `${port} ${protocol}`),
		['7000 auto', '9000 auto'],
	);
	const [word, page] = ports.map(entry => entry.hostUrl);
	t.is(await (await fetch(page ?? '')).text(), 'page of 9000');
	t.is(await text(connect({host: '127.0.0.1', port: Number(new URL(word ?? '').port)})), 'word of 7000');
});

test.serial('local processes and containers call each other at other ports, too', async t => {
	const mesh = await start(t);
	t.is(await mesh.page('caller-1', 'http://tool:8080/'), '200 tool');
	t.is(await mesh.page('caller-1', 'http://tool:9001/'), '200 the tool heard: page of 9000');
});

test.serial('a port that comes with a save is called by apps that go on running', async t => {
	const mesh = await start(t);
	const before = await mesh.startedAt('caller-1');
	await writeFile(mesh.configFile, `${await readFile(mesh.configFile, 'utf8')}  several: { ports: [9100] }\n`);
	while (!(await mesh.page('caller-1', 'http://several:9100/')).startsWith('200 page of 9100')) {
		// Asked again: the answer takes as long as a container's start.
	}

	t.is(await mesh.page('caller-1', 'http://several:9000/'), '200 page of 9000');
	t.is(await mesh.startedAt('caller-1'), before);
});
