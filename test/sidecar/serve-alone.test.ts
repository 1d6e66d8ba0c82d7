import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {ms} from '../../src/common/units.ts';
import type {StandaloneBootstrap} from '../../src/model/proxy-bootstrap.ts';
import type {Snapshot} from '../../src/model/snapshot.ts';
import {createMeshAuthority} from '../../src/pki/mesh-authority.ts';
import {freePort, startApp} from '../support/scene.ts';
import {snapshotOf} from '../support/snapshot.ts';

const programOf = (name: string): string => fileURLToPath(new URL(`../../src/sidecar/${name}.ts`, import.meta.url));

const run = async (t: ExecutionContext, name: string, bootstrap: StandaloneBootstrap) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-alone-'));
	t.teardown(() => rm(folder, {recursive: true}));
	const file = path.join(folder, 'bootstrap.json');
	await writeFile(file, JSON.stringify(bootstrap));
	const child = spawn(process.execPath, [programOf(name), file], {stdio: ['ignore', 'pipe', 'inherit']});
	t.teardown(() => child.kill('SIGKILL'));
	let out = '';
	const listeners = new Set<() => void>();
	child.stdout.on('data', piece => {
		out += piece;
		for (const look of listeners) {
			look();
		}
	});
	const exit = once(child, 'close') as Promise<[number | null, string | null]>;
	const until = (pattern: RegExp): Promise<void> =>
		new Promise((resolve, reject) => {
			const look = () => {
				if (pattern.test(out)) {
					resolve();
				}
			};
			listeners.add(look);
			void exit.then(() => reject(new Error(`it ended: ${out}`)));
			look();
		});
	return {child, exit, until};
};

const createSnapshot = async (listenAt: number, app: number): Promise<Snapshot> => {
	const authority = await createMeshAuthority({trustDomain: 'test.local', namespace: 'default', clock: systemClock});
	return snapshotOf({authority, revision: 1, listenAt, app});
};

/** A sidecar that lets plain text in to its app. */
const createInbound = async (listenAt: number, app: number): Promise<Snapshot> => ({
	...(await createSnapshot(listenAt, app)),
	destinations: [],
	startWaitMs: ms(30_000),
	listeners: [
		{
			kind: 'inbound',
			name: 'inbound',
			address: '127.0.0.1',
			port: listenAt,
			protocol: 'http',
			mtls: 'permissive',
			app: {addresses: ['127.0.0.1'], port: app, state: 'ready'},
			filters: [],
		},
	],
});

const check = (port: number) => ({
	target: {port, path: '/health'},
	health: {intervalMs: ms(50), timeoutMs: ms(1000), failures: 1, startTimeoutMs: ms(60_000)},
});

test('a sidecar serves the snapshot of its file, without a control plane, and ends in order at SIGTERM', async t => {
	const app = await startApp(t, (_request, response) => response.end('hello'));
	const port = await freePort();
	const {child, exit, until} = await run(t, 'pod', {snapshot: await createSnapshot(port, app)});
	await until(/serving the snapshot of a file/);
	t.is(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'hello');
	child.kill('SIGTERM');
	t.deepEqual(await exit, [0, null]);
});

test('requests wait for an app that is yet to start, and again while it is started anew', async t => {
	const [port, app] = [await freePort(), await freePort()];
	const {until} = await run(t, 'pod', {snapshot: await createInbound(port, app), app: check(app)});
	await until(/serving the snapshot of a file/);
	for (const answer of ['first', 'second']) {
		const reply = fetch(`http://127.0.0.1:${port}/`, {headers: {connection: 'close'}}).then(response =>
			response.text(),
		);
		const server = createServer((_request, response) => response.setHeader('connection', 'close').end(answer));
		server.listen(app, '127.0.0.1');
		t.is(await reply, answer);
		await new Promise(resolve => {
			server.close(resolve);
			server.closeAllConnections();
		});
		await until(/the app is unready/);
	}
});

test('a port that is taken ends the sidecar with a code, so that its container is started again', async t => {
	const taken = await startApp(t, (_request, response) => response.end());
	const {exit, until} = await run(t, 'pod', {snapshot: await createSnapshot(taken, taken)});
	await until(/the snapshot cannot be served/);
	t.deepEqual(await exit, [1, null]);
});

test('the health check asks the app as the file says', async t => {
	const snapshot = await createSnapshot(1, 1);
	const app = await startApp(t, (request, response) => {
		response.statusCode = request.url === '/health' ? 200 : 404;
		response.end();
	});
	t.deepEqual(await (await run(t, 'ask', {snapshot, app: check(app)})).exit, [0, null]);
	t.deepEqual(await (await run(t, 'ask', {snapshot, app: check(await freePort())})).exit, [1, null]);
	t.deepEqual(await (await run(t, 'ask', {snapshot})).exit, [0, null]);
});
