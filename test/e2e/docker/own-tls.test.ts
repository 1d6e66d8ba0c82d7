import {cp} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import anyTest, {type TestFn} from 'ava';
import {systemClock} from '../../../src/common/clock.ts';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import {createPassingAuthority} from '../../../src/pki/user-authority.ts';
import type {Cleanup} from '../../support/cleanup.ts';
import {createProject} from '../../support/project.ts';
import {createSharedCleanup} from '../../support/shared-cleanup.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

/** Speaks TLS at 8443 and 8444, WebSocket at 3000 and 3001, and raw TCP that ends in one direction at a time at 7000 and 7001. */
const vault = `
import {readFileSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import {WebSocketServer} from 'ws';

const own = {cert: readFileSync('/app/cert.pem'), key: readFileSync('/app/key.pem')};
for (const port of [8443, 8444]) {
	https.createServer(own, (request, response) => response.end('opened at ' + port)).listen(port);
}

for (const port of [3000, 3001]) {
	const server = http.createServer();
	new WebSocketServer({server}).on('connection', socket => {
		socket.on('message', (message, isBinary) => {
			if (String(message) === 'close') {
				socket.close(4001, 'as you like');
			} else {
				socket.send(message, {binary: isBinary});
			}
		});
		socket.on('close', (code, reason) => console.log('closed with ' + code + ' ' + reason));
	});
	server.listen(port);
}

const gather = (socket, done) => {
	let all = '';
	socket.on('data', chunk => { all += chunk; });
	socket.on('end', () => done(all));
	socket.on('error', () => {});
};
net.createServer({allowHalfOpen: true}, socket => gather(socket, all => socket.end('heard ' + all))).listen(7000);
net.createServer({allowHalfOpen: true}, socket => {
	socket.end('said first');
	gather(socket, all => console.log('late: ' + all));
}).listen(7001);
`;

const idle = `
import http from 'node:http';
http.createServer((request, response) => response.end('idle')).listen(3000);
`;

// Nobody says what is spoken at 3001, 7000, 7001 and 8444.
const config = `services:
  vault: { port: 8443, protocol: tls, build: ./vault, ports: [3001, 7000, 7001, 8444, { port: 3000, protocol: http }] }
  client: { port: 3000, build: ./client }
`;

const dockerfile = 'FROM node:26-slim\nWORKDIR /app\nCOPY . .\nCMD ["node", "main.mjs"]\n';

interface Scene {
	/** Runs a program of JavaScript beside the client; gives what it printed. */
	readonly ask: (program: string) => Promise<string>;
	/** Resolves with the first match in what the vault has printed. */
	readonly printed: (pattern: RegExp) => Promise<void>;
	readonly rootPem: string;
	/** Of the vault's own certificate. */
	readonly certPem: string;
}

const start = async (t: Cleanup): Promise<Scene> => {
	const engine = await startTestEngine();
	const authority = await createPassingAuthority(systemClock);
	const {certPem, keyPem} = await authority.issueForHost('vault');
	const folder = await createProject(t, {
		'mesh.config.yaml': config,
		'vault/Dockerfile': dockerfile,
		'vault/main.mjs': vault,
		'vault/cert.pem': certPem,
		'vault/key.pem': keyPem,
		'client/Dockerfile': dockerfile,
		'client/main.mjs': idle,
	});
	const ws = path.dirname(fileURLToPath(import.meta.resolve('ws')));
	await cp(ws, path.join(folder, 'vault', 'node_modules', 'ws'), {recursive: true});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	const up = await user.devmesh('up', '-d');
	if (up.code !== 0) {
		throw new Error(up.stdout + up.stderr);
	}

	const id = meshIdOf(path.join(folder, 'mesh.config.yaml'));
	return {
		ask: program => engine.run('exec', `${id}-client-1`, 'node', '-e', program),
		printed: async pattern => {
			while (!pattern.test(await engine.run('logs', `${id}-vault-1`))) {
				// Asked again: what was sent takes its time.
			}
		},
		rootPem: authority.rootPem,
		certPem,
	};
};

const test = anyTest as TestFn<Scene>;
const cleanup = createSharedCleanup();
test.before(async t => {
	t.context = await start(cleanup);
});
test.after.always(cleanup.run);

const secure = (port: number, rootPem: string): string => `
const https = require('node:https');
https.get({host: 'vault', port: ${port}, path: '/', ca: ${JSON.stringify(rootPem)}}, response => {
	console.log(response.socket.authorized);
	console.log(response.socket.getPeerX509Certificate().fingerprint256);
	response.pipe(process.stdout);
}).on('error', error => console.log(error.message));
`;

test.serial('an app speaks TLS of its own, and its client sees its certificate, declared or not', async t => {
	const {ask, rootPem, certPem} = t.context;
	const fingerprint = await ask(
		`console.log(new (require('node:crypto').X509Certificate)(${JSON.stringify(certPem)}).fingerprint256)`,
	);
	for (const port of [8443, 8444]) {
		t.is(await ask(secure(port, rootPem)), `true\n${fingerprint}\nopened at ${port}`);
	}
});

const conversation = (port: number, last: string): string => `
const socket = new WebSocket('ws://vault:${port}/');
socket.binaryType = 'arraybuffer';
socket.onopen = () => { socket.send('hello'); socket.send(new Uint8Array([0, 255, 7])); };
const heard = [];
socket.onmessage = ({data}) => {
	heard.push(typeof data === 'string' ? data : [...new Uint8Array(data)].join());
	if (heard.length === 2) { ${last} }
};
socket.onclose = ({code, reason}) => console.log([...heard, code, reason].join(' '));
socket.onerror = ({message}) => console.log(message);
`;

test.serial('a WebSocket passes both ways, and either end closes it with a code of its own', async t => {
	const {ask, printed} = t.context;
	for (const port of [3000, 3001]) {
		t.is(await ask(conversation(port, "socket.send('close')")), 'hello 0,255,7 4001 as you like');
		t.is(await ask(conversation(port, `socket.close(4002, 'from ${port}')`)), `hello 0,255,7 4002 from ${port}`);
		await printed(new RegExp(`closed with 4002 from ${port}`));
	}
});

test.serial('raw TCP ends in one direction and goes on in the other', async t => {
	const {ask, printed} = t.context;
	const connect = (port: number): string =>
		`const socket = require('node:net').connect({host: 'vault', port: ${port}, allowHalfOpen: true});
		socket.on('data', chunk => console.log(String(chunk)));
		socket.on('error', error => console.log(error.message));`;
	t.is(await ask(`${connect(7000)} socket.end('all of it');`), 'heard all of it');
	t.is(await ask(`${connect(7001)} socket.on('end', () => socket.end('and still heard'));`), 'said first');
	await printed(/late: and still heard/);
});
