import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {createBookinfo} from '../../support/project.ts';
import {freePort} from '../../support/scene.ts';
import {startTestEngine, type TestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

interface Exported {
	readonly engine: TestEngine;
	readonly folder: string;
	/** Of compose, and what the names of all its containers begin with. */
	readonly project: string;
	readonly ports: {readonly http: number; readonly https: number};
	/** Runs docker compose in the folder. */
	readonly compose: (...args: readonly string[]) => Promise<string>;
	/** The name of the container of a service. */
	readonly container: (service: string) => Promise<string>;
	/** Runs a program of JavaScript in the container of a service; gives what it printed. */
	readonly runIn: (service: string, program: string) => Promise<string>;
}

/** Exports bookinfo; devmesh is not run again. */
const exportBookinfo = async (t: ExecutionContext): Promise<Exported> => {
	const engine = await startTestEngine();
	const project = await createBookinfo(t);
	const user = await createUser(t, project);
	// Engines of two runs on one machine must not share a subnet.
	const subnet = `10.215.${process.pid % 256}.0/24`;
	const {folder} = await user.json<{readonly folder: string}>('export', 'compose', '--subnet', subnet);
	const name = `exported-${process.pid}`;
	const ports = {http: await freePort(), https: await freePort()};
	const compose = async (...args: readonly string[]): Promise<string> => {
		const {stdout} = await promisify(execFile)('docker-compose', [...args], {
			cwd: folder,
			env: {
				...process.env,
				DOCKER_HOST: engine.host,
				COMPOSE_PROJECT_NAME: name,
				DEVMESH_HTTP_PORT: String(ports.http),
				DEVMESH_HTTPS_PORT: String(ports.https),
			},
		});
		return stdout.trim();
	};
	const container = (service: string): Promise<string> => compose('ps', '-q', service);
	t.teardown(() => compose('down', '--volumes', '--rmi', 'local').catch(() => undefined));
	return {
		engine,
		folder,
		project: name,
		ports,
		compose,
		container,
		runIn: async (service, program) => engine.run('exec', await container(service), 'node', '-e', program),
	};
};

/** Asks in a container; gives the statuses. */
const statusFrom = ({runIn}: Exported, service: string, url: string): Promise<string> =>
	runIn(service, `fetch(${JSON.stringify(url)}).then(({status}) => console.log(status))`);

const page = async (request: http.ClientRequest): Promise<{readonly status: number; readonly body: string}> =>
	new Promise((resolve, reject) => {
		request.on('error', reject);
		request.on('response', response => {
			text(response).then(body => resolve({status: response.statusCode ?? 0, body}), reject);
		});
		request.end();
	});

const host = 'bookinfo.localhost';

const stranger = (address: string): string => `
const net = require('node:net');
const tls = require('node:tls');
const ask = (how, socket) => new Promise(resolve => {
	let text = '';
	socket.on('data', chunk => { text += chunk; });
	socket.on('error', () => {});
	socket.on('close', () => resolve(how + ': ' + text));
	socket.setTimeout(3000, () => { text += 'no answer'; socket.destroy(); });
	socket.write('GET /ratings/1 HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n');
});
const host = '${address}';
Promise.all([
	ask('app', net.connect({host, port: 9080})),
	ask('plain', net.connect({host, port: 15006})),
	ask('tls', tls.connect({host, port: 15006, rejectUnauthorized: false})),
]).then(all => console.log(all.join(', ')));
`;

test.serial(
	'an exported mesh runs by docker compose alone, with its ingress, routes and policies, and goes without a trace',
	async t => {
		const mesh = await exportBookinfo(t);
		const {engine, compose, ports, runIn, container, project} = mesh;
		await compose('up', '--detach', '--build');

		const plain = await page(http.request({port: ports.http, headers: {host}}));
		t.is(plain.status, 200);
		t.regex(plain.body, /The Time Machine/);
		const ca = await readFile(path.join(mesh.folder, 'ingress-root.pem'));
		const secure = await page(https.request({port: ports.https, servername: host, headers: {host}, ca}));
		t.is(secure.status, 200);

		t.is(await statusFrom(mesh, 'productpage-1', 'http://ratings:9080/ratings/1'), '403');
		t.is(await statusFrom(mesh, 'reviews-v2-1', 'http://ratings:9080/ratings/1'), '200');

		// Named, so that the draws are the same every time.
		const counts = await runIn(
			'productpage-1',
			`const ask = async (id, user) => (await (await fetch('http://reviews:9080/reviews/1', {headers: {'x-request-id': id, 'end-user': user}})).json()).version;
		(async () => {
			const counts = {};
			for (let n = 0; n < 100; n++) {
				const version = await ask('request-' + n, 'ada');
				counts[version] = (counts[version] ?? 0) + 1;
			}
			console.log(JSON.stringify({...counts, jason: await ask('request-j', 'jason')}));
		})();`,
		);
		const {
			v1 = 0,
			v3 = 0,
			jason,
		} = JSON.parse(counts) as {readonly v1?: number; readonly v3?: number; readonly jason: string};
		t.is(v1 + v3, 100, counts);
		t.true(v1 >= 75 && v3 >= 3, counts);
		t.is(jason, 'v2');

		const names = await runIn(
			'reviews-v2-1',
			`require('node:dns').resolve4('ratings.default.svc.cluster.local', (error, all) => console.log(error?.code ?? all.join()))`,
		);
		t.regex(names, /^127\.64\./);

		const address = await engine.run(
			...['inspect', await container('ratings-1-pause'), '--format'],
			'{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
		);
		const refused = await engine.run(
			...['run', '--rm', '--network', `${project}_mesh`, 'node:26-slim', 'node', '-e', stranger(address)],
		);
		t.is(refused, 'app: , plain: , tls:');

		// Neither the app's user nor anybody else in the container but the sidecar's own can read its key.
		await t.throwsAsync(
			engine.run('exec', '--user', '1000', await container('ratings-1-sidecar'), 'cat', '/devmesh/run/bootstrap.json'),
			{message: /Permission denied/},
		);

		// A sidecar that dies is started again by the engine, and serves what it served.
		const sidecar = await container('ratings-1-sidecar');
		process.kill(Number(await engine.run('inspect', sidecar, '--format', '{{.State.Pid}}')), 'SIGKILL');
		for (;;) {
			if ((await statusFrom(mesh, 'reviews-v2-1', 'http://ratings:9080/ratings/1')) === '200') {
				break;
			}

			await sleep(100);
		}

		t.is(await engine.run('inspect', sidecar, '--format', '{{.RestartCount}}'), '1');

		await compose('down', '--volumes', '--rmi', 'local');
		const left = await Promise.all([
			engine.run('ps', '-aq', '--filter', `label=com.docker.compose.project=${project}`),
			engine.run('network', 'ls', '-q', '--filter', `name=${project}`),
			engine.run('volume', 'ls', '-q', '--filter', `name=${project}`),
			engine.run('image', 'ls', '-q', '--filter', `reference=${project}*`),
		]);
		t.deepEqual(left, ['', '', '', '']);
	},
);
