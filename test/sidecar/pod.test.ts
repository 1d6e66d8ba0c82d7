import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {connect, createServer} from 'node:net';
import {networkInterfaces, tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {ms} from '../../src/common/units.ts';
import type {ProxyBootstrap} from '../../src/model/proxy-bootstrap.ts';
import {controlPlaneIdentity} from '../../src/model/system-identity.ts';
import {createControlScene} from '../support/control-scene.ts';
import {freePort, listenFor, startApp} from '../support/scene.ts';
import {snapshotOf} from '../support/snapshot.ts';

const program = fileURLToPath(new URL('../../src/sidecar/pod.ts', import.meta.url));

/** Starts the program with real settings and connects to it as its control plane. */
const createPod = async (t: ExecutionContext, parts: Partial<ProxyBootstrap> = {}) => {
	const scene = await createControlScene(t);
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-pod-'));
	t.teardown(() => rm(folder, {recursive: true}));
	const file = path.join(folder, 'bootstrap.json');
	await writeFile(file, JSON.stringify({...scene.bootstrap, ...parts}));
	const pod = spawn(process.execPath, [program, file], {stdio: ['ignore', 'pipe', 'inherit']});
	t.teardown(() => pod.kill('SIGKILL'));
	let out = '';
	pod.stdout.on('data', piece => {
		out += piece;
	});
	const exit = once(pod, 'exit') as Promise<[number | null, string | null]>;
	let isOver = false;
	void exit.then(() => {
		isOver = true;
	});
	const connectControl = async () => {
		for (;;) {
			try {
				return await scene.dial(controlPlaneIdentity);
			} catch (error) {
				if (isOver) {
					throw new Error(`the pod is gone: ${out}`, {cause: error});
				}

				await new Promise(resolve => setTimeout(resolve, 20));
			}
		}
	};

	return {...scene, pod, exit, out: () => out, control: await connectControl()};
};

test('the sidecar of a container takes a snapshot, serves it, and tells its numbers and its log', async t => {
	const {authority, control, pod, out, exit} = await createPod(t);
	t.like(await control.next('hello'), {protocol: 1, pid: pod.pid, sidecars: []});
	const app = await startApp(t, (_request, response) => response.end('hello'));
	const port = await freePort();
	control.link.send({kind: 'apply', snapshot: await snapshotOf({authority, revision: 3, listenAt: port, app})});
	t.deepEqual(await control.next('accepted'), {kind: 'accepted', sidecar: 'web-1', revision: 3});
	t.is(await (await fetch(`http://127.0.0.1:${port}/here`)).text(), 'hello');
	t.like((await control.next('stats')).stats.edges[0], {source: 'web', destination: 'api', status: 200, count: 1});
	control.link.send({kind: 'stop', drainMs: 0});
	t.deepEqual(await exit, [0, null]);
	t.regex(out(), /"sidecar":"web-1".*"path":"\/here"/);
});

test('a sidecar that is to begin anew exits with a code, so that its container is started again', async t => {
	const {authority, control, exit} = await createPod(t);
	const port = await freePort();
	control.link.send({kind: 'apply', snapshot: await snapshotOf({authority, revision: 1, listenAt: port, app: 1})});
	await control.next('accepted');
	control.link.send({kind: 'restart', sidecar: 'web-1'});
	t.deepEqual(await exit, [75, null]);
});

test('at SIGTERM it ends well, with its control plane connected and a listener open', async t => {
	const {authority, control, pod, exit} = await createPod(t);
	const port = await freePort();
	control.link.send({kind: 'apply', snapshot: await snapshotOf({authority, revision: 1, listenAt: port, app: 1})});
	await control.next('accepted');
	pod.kill('SIGTERM');
	t.deepEqual(await exit, [0, null]);
});

test('only where the bootstrap says so, the control plane is awaited at other addresses than 127.0.0.1', async t => {
	const dialElsewhere = async (address?: string): Promise<string> => {
		const {bootstrap} = await createPod(t, address === undefined ? {} : {address});
		const socket = connect({host: '127.0.0.2', port: bootstrap.port});
		t.teardown(() => socket.destroy());
		return new Promise(resolve => {
			socket.once('connect', () => resolve('connected'));
			socket.once('error', ({code = ''}: NodeJS.ErrnoException) => resolve(code));
		});
	};

	t.is(await dialElsewhere('0.0.0.0'), 'connected');
	t.is(await dialElsewhere(), 'ECONNREFUSED');
});

test('the app beside it is asked over TCP and HTTP, at loopback and at the container’s own address', async t => {
	const {control} = await createPod(t);
	let id = 0;
	const ask = async (port: number, pathname?: string): Promise<string | undefined> => {
		id++;
		const target = {port, ...(pathname !== undefined && {path: pathname})};
		control.link.send({kind: 'probe', id, target, timeoutMs: ms(5000)});
		const answer = await control.next('probed');
		t.is(answer.id, id);
		return answer.problem;
	};

	const healthy = await startApp(t, (request, response) => {
		response.statusCode = request.url === '/health' ? 204 : 503;
		response.end();
	});
	t.is(await ask(healthy), undefined);
	t.is(await ask(healthy, '/health'), undefined);
	t.is(await ask(healthy, '/else'), `http/${healthy}/else: status 503`);
	const nobody = await freePort();
	t.is(await ask(nobody), `tcp/${nobody}: connection refused`);
	t.is(await ask(nobody, '/'), `http/${nobody}/: connection refused`);
	const own = Object.values(networkInterfaces())
		.flat()
		.find(entry => entry?.internal === false && entry.family === 'IPv4');
	if (own) {
		const app = createServer(socket => socket.end()).listen(0, own.address);
		await once(app, 'listening');
		t.teardown(() => app.close());
		t.is(await ask((app.address() as {port: number}).port), undefined);
	}
});

test('an app that accepts and says nothing is waited for as long as it is told', async t => {
	const {control} = await createPod(t);
	const silent = await listenFor(
		t,
		createServer(() => {}),
	);
	control.link.send({kind: 'probe', id: 1, target: {port: silent, path: '/'}, timeoutMs: ms(100)});
	t.deepEqual(await control.next('probed'), {kind: 'probed', id: 1, problem: `http/${silent}/: no answer`});
});
