import {spawn} from 'node:child_process';
import {Resolver} from 'node:dns/promises';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {connect, createServer} from 'node:net';
import {networkInterfaces, tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {ms} from '../../src/common/units.ts';
import type {ProxyBootstrap} from '../../src/model/proxy-bootstrap.ts';
import {controlPlaneIdentity, meshNamespace, proxyIdentity} from '../../src/model/system-identity.ts';
import {spiffeId} from '../../src/pki/spiffe-id.ts';
import {keepBackConnections} from '../../src/sidecar/bridge-back.ts';
import {clientHello} from '../support/client-hello.ts';
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
	// Not its exit: what it wrote must have arrived.
	const exit = once(pod, 'close') as Promise<[number | null, string | null]>;
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
	control.link.send({kind: 'flush', id: 1});
	await control.next('flushed');
	let {stats} = await control.next('stats');
	while (stats.edges.length === 0) {
		({stats} = await control.next('stats'));
	}

	t.like(stats.edges[0], {source: 'web', destination: 'api', status: 200, count: 1});
	t.true((stats.load?.residentBytes ?? 0) > 1e6);
	t.like((await control.next('records')).records[0], {caller: 'web', destination: 'api', path: '/here', attempts: 1});
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

test('names are answered from the snapshot on that has them; a refused one changes nothing', async t => {
	const {authority, control} = await createPod(t);
	const port = await freePort();
	const dns = {address: '127.64.0.53', port: await freePort(), names: {api: '127.64.0.2'}, upstreams: []};
	const snapshot = await snapshotOf({authority, revision: 1, listenAt: port, app: 1});
	control.link.send({kind: 'apply', snapshot: {...snapshot, dns}});
	await control.next('accepted');
	const resolver = new Resolver({timeout: 5000, tries: 1});
	resolver.setServers([`${dns.address}:${dns.port}`]);
	t.deepEqual(await resolver.resolve4('api'), ['127.64.0.2']);
	const taken = await startApp(t, (_request, response) => response.end());
	const refused = await snapshotOf({authority, revision: 2, listenAt: taken, app: 1});
	control.link.send({kind: 'apply', snapshot: {...refused, dns: {...dns, names: {}}}});
	t.like(await control.next('refused'), {revision: 2, problem: {listener: 'outbound:api'}});
	t.deepEqual(await resolver.resolve4('api'), ['127.64.0.2']);
});

const bridgeAt = async (port: number) => ({
	port,
	backPort: await freePort(),
	metricsPort: await freePort(),
	subnet: '10.213.4.0/24',
	ports: [15443],
});

test('the gateway’s container carries connections to the host, and ends well with some at hand', async t => {
	const bridge = await bridgeAt(await freePort());
	const {authority, control, exit} = await createPod(t, {bridge});
	const certificate = await authority.issue(controlPlaneIdentity);
	const app = await startApp(t, (_request, response) => response.end('hello'));
	const back = keepBackConnections({
		port: bridge.port,
		certificate: () => certificate,
		trustedRoots: () => [authority.rootPem],
		bridge: spiffeId(authority.trustDomain, meshNamespace, proxyIdentity),
		count: 4,
		addressOf: ({instance}) => (instance === 'api-1' ? {port: app} : undefined),
		clock: systemClock,
	});
	t.teardown(back.close);
	const container = connect({host: '127.0.0.1', port: bridge.backPort});
	t.teardown(() => container.destroy());
	container.write(await clientHello('api-1.host.devmesh'));
	// An app that speaks HTTP has heard a ClientHello, and says so.
	const [answer] = (await once(container, 'data')) as [Buffer];
	t.regex(answer.toString(), /^HTTP\/1\.1 400/);
	control.link.send({kind: 'stop', drainMs: 0});
	t.deepEqual(await exit, [0, null]);
});

test('a bridge whose port is taken is said in the log, and the container ends', async t => {
	const taken = await startApp(t, (_request, response) => response.end());
	const bridge = await bridgeAt(taken);
	const error = await t.throwsAsync(createPod(t, {bridge}));
	t.regex(error?.message ?? '', /the sidecar could not start.*EADDRINUSE/);
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
