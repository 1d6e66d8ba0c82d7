import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {silentLog} from '../../src/common/log.ts';
import {ms} from '../../src/common/units.ts';
import {createProcessRuntime} from '../../src/runtime/process-runtime.ts';
import {processStartTime} from '../../src/runtime/process-start-time.ts';
import type {Runtime} from '../../src/runtime/runtime.ts';

const open = async (folder: string): Promise<Runtime> => {
	const proxyProgram = path.join(folder, 'proxy.cjs');
	await writeFile(proxyProgram, 'console.log("bootstrap", process.argv[2]); setInterval(() => {}, 1000);');
	const runtime = createProcessRuntime({
		files: {processes: path.join(folder, 'processes.json'), logs: path.join(folder, 'logs')},
		clock: systemClock,
		log: silentLog,
		// As in a mesh that is run by an instance of another one.
		environment: {...process.env, DEVMESH_INSTANCE: 'outer-1'},
		proxyProgram,
	});
	await runtime.adopt();
	return runtime;
};

const setUp = async (t: ExecutionContext) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-runtime-'));
	const bootstrap = path.join(folder, 'proxy.json');
	const runtimes: Runtime[] = [];
	t.teardown(async () => {
		for (const runtime of runtimes) {
			await runtime.stopProxy();
			await runtime.detach();
		}

		await rm(folder, {recursive: true, force: true});
	});
	return {
		folder,
		bootstrap,
		open: async () => {
			const runtime = await open(folder);
			runtimes.push(runtime);
			return runtime;
		},
	};
};

const expectEventually = async (t: ExecutionContext, isSo: () => Promise<boolean>): Promise<void> => {
	while (!(await isSo())) {
		await systemClock.sleep(ms(20));
	}

	t.pass();
};

const lost = (runtime: Runtime): Promise<string> =>
	new Promise(resolve => {
		runtime.on(event => {
			if (event.kind === 'proxy-lost') {
				resolve(event.reason);
			}
		});
	});

test('the proxy process is told its bootstrap file, and its end that nobody asked for is told', async t => {
	const {folder, bootstrap, ...parts} = await setUp(t);
	const runtime = await parts.open();
	await runtime.startProxy(bootstrap);
	const {pid = 0} = runtime.observe().proxy ?? {};
	const log = path.join(folder, 'logs', 'proxy.log');
	await expectEventually(t, async () => (await readFile(log, 'utf8')) === `bootstrap ${bootstrap}\n`);
	const reason = lost(runtime);
	process.kill(pid, 'SIGKILL');
	t.is(await reason, 'was killed by SIGKILL');
	t.is(runtime.observe().proxy, undefined);
});

test('the next control plane takes the proxy process over, hears of its end, and can stop it', async t => {
	const {bootstrap, ...parts} = await setUp(t);
	const one = await parts.open();
	await one.startProxy(bootstrap);
	const {pid = 0} = one.observe().proxy ?? {};
	await one.detach();

	const two = await parts.open();
	t.deepEqual(two.observe().proxy, {pid});
	t.not(await processStartTime(pid), undefined);
	const reason = lost(two);
	process.kill(pid, 'SIGKILL');
	t.is(await reason, 'has ended');

	await two.startProxy(bootstrap);
	const {pid: next = 0} = two.observe().proxy ?? {};
	await two.stopProxy();
	t.is(await processStartTime(next), undefined);
	t.is(two.observe().proxy, undefined);
});

test('a proxy process that is stopped while it starts does not stay behind', async t => {
	const {folder, bootstrap, ...parts} = await setUp(t);
	const runtime = await parts.open();
	const starting = runtime.startProxy(bootstrap);
	await runtime.stopProxy();
	await starting;
	t.is(runtime.observe().proxy, undefined);
	await runtime.detach();
	t.deepEqual(JSON.parse(await readFile(path.join(folder, 'processes.json'), 'utf8')), {instances: []});
});
