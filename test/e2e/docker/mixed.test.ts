import http from 'node:http';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import test from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import {type AccessLine, startBookinfo} from '../../support/bookinfo.ts';
import {createProject} from '../../support/project.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

/** Bookinfo with two services as local processes: one that containers call, one that calls containers and is called by them. */
const startMixed: typeof startBookinfo = async t =>
	startBookinfo(t, {kind: 'containers', engine: await startTestEngine()}, config =>
		config
			.replace('  productpage:\n', '  productpage:\n    runtime: process\n')
			.replace('  ratings:\n', '  ratings:\n    runtime: process\n'),
	);

/** Gives the body of an answer. */
const read = (url: string, headers: Readonly<Record<string, string>>): Promise<string> =>
	new Promise((resolve, reject) => {
		http.get(url, {headers}, response => resolve(text(response))).on('error', reject);
	});

test.serial(
	'local processes and containers of one mesh call each other, with the rules and identities of both',
	async t => {
		const mesh = await startMixed(t);
		const {services} = await mesh.status();
		const placeOf = (name: string) =>
			services.find(({service}) => service === name)?.instances.map(({container}) => container !== undefined);
		t.deepEqual([placeOf('ratings'), placeOf('productpage'), placeOf('details')], [[false], [false], [true]]);
		const url = `http://127.0.0.1:${await mesh.httpPort()}/productpage`;
		const page = await read(url, {host: 'bookinfo.localhost', 'end-user': 'jason'});
		t.regex(page, /color="black"|black/, 'the container of reviews was answered by the process of ratings');
		const isSeen = async (isWanted: (line: AccessLine) => boolean): Promise<void> => {
			// A sidecar gathers its lines for a moment, and the engine hands them on in its own time.
			while (!(await mesh.accessLog()).some(isWanted)) {}
		};

		// The caller is known by its certificate.
		await isSeen(
			({sidecar, direction, caller, status}) =>
				sidecar === 'ratings-1' && direction === 'inbound' && caller === 'reviews' && status === 200,
		);
		await isSeen(
			({sidecar, direction, caller}) =>
				sidecar === 'reviews-v2-1' && direction === 'inbound' && caller === 'productpage',
		);
		t.is(
			await mesh.callFrom('details-1', 'ratings', '/ratings/1'),
			403,
			'who is not listed is refused by the process, too',
		);
		t.is(await mesh.callFrom('reviews-v1-1', 'ratings', '/ratings/1'), 200);
	},
);

test.serial('more calls at once than connections are kept at hand are all answered by the local process', async t => {
	const mesh = await startMixed(t);
	const codes = await Promise.all(
		Array.from({length: 12}, () => mesh.callFrom('reviews-v2-1', 'ratings', '/ratings/1')),
	);
	t.deepEqual([...new Set(codes)], [200]);
});

test.serial(
	'containers reach local processes while there is no control plane, and the next one finds the way',
	async t => {
		const mesh = await startMixed(t);
		t.is(await mesh.callFrom('reviews-v1-1', 'ratings', '/ratings/1'), 200);
		process.kill((await mesh.status()).controlPlane.pid, 'SIGKILL');
		for (let call = 0; call < 5; call++) {
			t.is(await mesh.callFrom('reviews-v1-1', 'ratings', '/ratings/1'), 200);
		}

		const up = await mesh.user.devmesh('up', '-d', '--runtime', 'docker');
		t.is(up.code, 0, up.stdout + up.stderr);
		t.is(await mesh.callFrom('reviews-v1-1', 'ratings', '/ratings/1'), 200);
	},
);

test.serial('a mesh stays where `up` was told to run it, also after its control plane was killed', async t => {
	const mesh = await startMixed(t);
	const {controlPlane, engine} = await mesh.status();
	t.truthy(engine);
	const moved = await mesh.user.devmesh('up', '-d', '--runtime', 'process');
	t.is(moved.code, 1);
	t.regex(moved.stderr, /DM6023.*with --runtime docker.*devmesh down/s);
	process.kill(controlPlane.pid, 'SIGKILL');
	const again = await mesh.user.devmesh('up', '-d');
	t.is(again.code, 0, again.stdout + again.stderr);
	const {runtime, services} = await mesh.status();
	t.is(runtime, 'docker');
	t.regex(services.find(({service}) => service === 'details')?.instances[0]?.container ?? '', /-details-1$/);
});

/** A local process: answers with what it heard, speaks first at 7000, and hears to the end before it answers at 7001. */
const tool = `
import http from 'node:http';
import net from 'node:net';
import {text} from 'node:stream/consumers';
http.createServer(async (request, response) => response.end('heard ' + (await text(request)).length)).listen(process.env.PORT, '127.0.0.1');
net.createServer(socket => socket.on('error', () => {}).end('word of 7000')).listen(process.env.PORT_7000, '127.0.0.1');
net.createServer({allowHalfOpen: true}, socket => {
	let all = 'all: ';
	socket.on('data', chunk => { all += chunk; }).on('end', () => socket.end(all)).on('error', () => {});
}).listen(process.env.PORT_7001, '127.0.0.1');
`;

const idle = `
import http from 'node:http';
http.createServer((request, response) => response.end('idle')).listen(3000);
`;

test.serial('a local process without a sidecar is called by containers, at each of its ports', async t => {
	const engine = await startTestEngine();
	const folder = await createProject(t, {
		'mesh.config.yaml': `services:
  tool: { runtime: process, port: 8080, ports: [7000, { port: 7001, protocol: tcp }], command: node tool.mjs, sidecar: false }
  broken: { runtime: process, port: 8081, command: sleep 1000, health: { command: "true" }, sidecar: false }
  caller: { port: 3000, build: ./caller }
`,
		'tool.mjs': tool,
		'caller/Dockerfile': 'FROM node:26-slim\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]\n',
		'caller/main.mjs': idle,
	});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	const caller = `${meshIdOf(path.join(folder, 'mesh.config.yaml'))}-caller-1`;
	const ask = (program: string): Promise<string> => engine.run('exec', caller, 'node', '-e', program);
	const page = (url: string): string =>
		`fetch('${url}', {method: 'POST', body: 'x'.repeat(300000)}).then(async r => console.log(r.status, await r.text()), e => console.log(e.cause.code))`;
	t.is(await ask(page('http://tool:8080/')), '200 heard 300000');
	t.is(
		await ask(
			`Promise.all(Array.from({length: 12}, () => fetch('http://tool:8080/'))).then(all => console.log(all.map(r => r.status).join()))`,
		),
		Array.from({length: 12}, () => 200).join(),
	);
	const word = (port: number): string =>
		`require('node:net').connect({port: ${port}, host: 'tool', allowHalfOpen: true}).on('data', d => console.log(String(d))).on('error', e => console.log(e.code)).end(${port} === 7001 ? 'so be it' : undefined)`;
	t.is(await ask(word(7000)), 'word of 7000');
	t.is(await ask(word(7001)), 'all: so be it');
	t.regex(await ask(page('http://broken:8081/')), /^503 devmesh: /, 'who does not listen is reported as such');
});
