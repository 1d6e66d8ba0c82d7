import path from 'node:path';
import anyTest, {type TestFn} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {MeshStatus} from '../../../src/model/mesh-status.ts';
import type {Cleanup} from '../../support/cleanup.ts';
import {createProject} from '../../support/project.ts';
import {createSharedCleanup} from '../../support/shared-cleanup.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

/** Repeats datagrams at 5353 and 5354, after its own name and where they came from. */
const echo = `
import dgram from 'node:dgram';
import os from 'node:os';
for (const port of [5353, 5354]) {
	const socket = dgram.createSocket('udp4');
	socket.on('message', (datagram, from) => socket.send(os.hostname() + ' at ' + port + ' heard ' + datagram, from.port, from.address));
	socket.bind(port);
}
`;

/** Listens for datagrams itself, at the port of the service that it calls. */
const caller = `
import dgram from 'node:dgram';
const socket = dgram.createSocket('udp4');
socket.on('message', datagram => console.log('to the caller itself: ' + datagram));
socket.bind(5353);
`;

const dockerfile = 'FROM node:26-slim\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]\n';

const compose = `services:
  echo: { build: ./echo, init: true, expose: ["5353/udp"] }
  caller: { build: ./caller, init: true }
`;

const config = `name: datagrams
compose: compose.yaml
services:
  many: { build: ./echo, replicas: 2, ports: [{ port: 53, protocol: udp, appPort: 5354 }] }
`;

interface Scene {
	/** What the commands that came before `up` printed. */
	readonly validate: string;
	readonly up: string;
	/** Sends from beside the caller; gives the answers, or the error's code. */
	readonly send: (host: string, port: number, ...datagrams: readonly string[]) => Promise<string>;
	/** Tries from a container of the mesh's network that is none of the mesh. */
	readonly sendFromStranger: (port: number) => Promise<string>;
	readonly callerHeard: () => Promise<string>;
	readonly status: () => Promise<MeshStatus>;
}

const sender = (host: string, port: number, datagrams: readonly string[]): string => `
const socket = require('node:dgram').createSocket('udp4');
const words = ${JSON.stringify(datagrams)};
const answers = [];
const done = text => { console.log(text); socket.close(); };
socket.on('error', error => done(error.code));
// Connected, so that the kernel takes answers from there alone.
socket.connect(${port}, '${host}', () => words.forEach(word => socket.send(word)));
socket.on('message', answer => { answers.push(String(answer)); if (answers.length === words.length) done(answers.join('; ')); });
`;

const start = async (t: Cleanup): Promise<Scene> => {
	const engine = await startTestEngine();
	const folder = await createProject(t, {
		'mesh.config.yaml': config,
		'compose.yaml': compose,
		'echo/Dockerfile': dockerfile,
		'echo/main.mjs': echo,
		'caller/Dockerfile': dockerfile,
		'caller/main.mjs': caller,
	});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	const validate = await user.devmesh('validate');
	const up = await user.devmesh('up', '-d');
	if (up.code !== 0) {
		throw new Error(up.stdout + up.stderr);
	}

	const id = meshIdOf(path.join(folder, 'mesh.config.yaml'));
	const addressOf = (instance: string): Promise<string> =>
		engine.run(
			...['inspect', `${id}-${instance}-pause`, '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'],
		);
	return {
		validate: validate.stdout + validate.stderr,
		up: up.stdout + up.stderr,
		send: (host, port, ...datagrams) =>
			engine.run('exec', `${id}-caller-1`, 'node', '-e', sender(host, port, datagrams)),
		sendFromStranger: async port =>
			engine.run(
				...[
					'run',
					'--rm',
					'--network',
					id,
					'node:26-slim',
					'node',
					'-e',
					sender(await addressOf('echo-1'), port, ['a']),
				],
			),
		callerHeard: () => engine.run('logs', `${id}-caller-1`),
		status: () => user.json<MeshStatus>('status'),
	};
};

const test = anyTest as TestFn<Scene>;
const cleanup = createSharedCleanup();
test.before(async t => {
	t.context = await start(cleanup);
});
test.after.always(cleanup.run);

test.serial('datagrams to a service reach an instance by its name, and its answers come back', async t => {
	const {send, callerHeard} = t.context;
	t.is(await send('echo', 5353, 'one'), 'echo-1 at 5353 heard one');
	t.regex(await send('many', 53, 'a', 'b'), /^(many-[12]) at 5354 heard a; \1 at 5354 heard b$/);
	const answers = [await send('many', 53, 'c'), await send('many', 53, 'd')].map(answer => answer.slice(0, 6));
	t.deepEqual([...answers].sort(), ['many-1', 'many-2'], 'senders take turns');
	t.is(await callerHeard(), '', 'the app beside the sender listens at the same port, and heard nothing');
});

test.serial('datagrams to a port that no service has are refused, not given to the app beside the sender', async t => {
	const {send, callerHeard} = t.context;
	t.is(await send('echo', 5354, 'a'), 'ECONNREFUSED');
	t.is(await send('many', 5353, 'a'), 'ECONNREFUSED');
	t.is(await callerHeard(), '');
});

test.serial('an app takes datagrams at the ports that its service names, at no others', async t => {
	const {sendFromStranger} = t.context;
	t.is(await sendFromStranger(5354), 'ECONNREFUSED');
});

test.serial('whoever writes a port for datagrams is told what does not hold there', async t => {
	const {validate, up, status} = t.context;
	for (const output of [validate, up]) {
		t.regex(output, /DM4003 warning {2}datagrams to echo at 5353\/udp are relayed as they are/);
		t.regex(output, /DM2036 warning {2}datagrams to many at 53\/udp are relayed as they are/);
	}

	const {services} = await status();
	t.like(services.find(({service}) => service === 'many')?.ports?.[0], {port: 53, protocol: 'udp'});
});
