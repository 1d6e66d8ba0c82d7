import {once} from 'node:events';
import {connect} from 'node:net';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {silentLog} from '../../src/common/log.ts';
import type {Snapshot} from '../../src/model/snapshot.ts';
import {controlPlaneIdentity} from '../../src/model/system-identity.ts';
import {startProxyProcess} from '../../src/sidecar/proxy-process.ts';
import {runInThread} from '../../src/sidecar/supervised-worker.ts';
import {createControlScene} from '../support/control-scene.ts';
import {freePort, startApp} from '../support/scene.ts';
import {snapshotOf} from '../support/snapshot.ts';

const workerProgram = fileURLToPath(new URL('../../src/sidecar/worker.ts', import.meta.url));

const createScene = async (t: ExecutionContext) => {
	const {authority, bootstrap, dial} = await createControlScene(t);
	const process = await startProxyProcess({
		bootstrap,
		pid: 1,
		runSidecar: runInThread(workerProgram, 1, systemClock),
		askApp: async () => undefined,
		log: silentLog,
	});
	t.teardown(() => process.stop(0));
	const snapshot = async (revision: number, listenAt: number, app: number): Promise<Snapshot> =>
		snapshotOf({authority, revision, listenAt, app});
	return {dial, snapshot, process};
};

test('the control plane is greeted, and a snapshot that it sends is taken and served', async t => {
	const {dial, snapshot} = await createScene(t);
	const {link, next} = await dial(controlPlaneIdentity);
	t.like(await next('hello'), {protocol: 1, pid: 1, sidecars: []});
	const app = await startApp(t, (_request, response) => response.end('hello'));
	const port = await freePort();
	link.send({kind: 'apply', snapshot: await snapshot(1, port, app)});
	t.deepEqual(await next('accepted'), {kind: 'accepted', sidecar: 'web-1', revision: 1});
	t.is(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'hello');
	t.like((await next('stats')).stats.edges[0], {source: 'web', destination: 'api', status: 200, count: 1});
});

test('a caller who is not the control plane is turned away, whatever its certificate', async t => {
	const {dial} = await createScene(t);
	await t.throwsAsync(dial('web'));
});

test('a snapshot whose port is taken is refused, and the listener is named', async t => {
	const {dial, snapshot} = await createScene(t);
	const {link, next} = await dial(controlPlaneIdentity);
	const taken = await startApp(t, (_request, response) => response.end());
	link.send({kind: 'apply', snapshot: await snapshot(1, taken, 1)});
	t.like(await next('refused'), {
		sidecar: 'web-1',
		revision: 1,
		problem: {listener: 'outbound:api', code: 'EADDRINUSE'},
	});
});

test('a sidecar that is replaced serves its last snapshot on the same port, and says that it was lost', async t => {
	const {dial, snapshot} = await createScene(t);
	const {link, next} = await dial(controlPlaneIdentity);
	const app = await startApp(t, (_request, response) => response.end('hello'));
	const port = await freePort();
	link.send({kind: 'apply', snapshot: await snapshot(1, port, app)});
	await next('accepted');
	link.send({kind: 'restart', sidecar: 'web-1'});
	t.like(await next('lost'), {sidecar: 'web-1'});
	await next('accepted');
	t.is(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'hello');
});

test('a control plane that comes back is told what every sidecar serves; meanwhile they went on', async t => {
	const {dial, snapshot} = await createScene(t);
	const first = await dial(controlPlaneIdentity);
	const app = await startApp(t, (_request, response) => response.end('hello'));
	const port = await freePort();
	first.link.send({kind: 'apply', snapshot: await snapshot(7, port, app)});
	await first.next('accepted');
	first.link.close();
	await first.link.closed;
	t.is((await fetch(`http://127.0.0.1:${port}/`)).status, 200);
	const second = await dial(controlPlaneIdentity);
	t.like(await second.next('hello'), {sidecars: [{sidecar: 'web-1', revision: 7}]});
});

test('a proxy process that is told to stop listens no more', async t => {
	const {dial, snapshot, process} = await createScene(t);
	const {link, next} = await dial(controlPlaneIdentity);
	const port = await freePort();
	link.send({kind: 'apply', snapshot: await snapshot(1, port, 1)});
	await next('accepted');
	link.send({kind: 'stop', drainMs: 0});
	await process.done;
	const socket = connect({port, host: '127.0.0.1'});
	const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
	t.is(error.code, 'ECONNREFUSED');
});
