import {once} from 'node:events';
import {chmod, copyFile, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {podRules} from '../../src/runtime/docker/pod-rules.ts';
import type {PodSettings} from '../../src/runtime/docker/pod-settings.ts';
import {connectNamespaces, createNamespace, type NetworkNamespace} from '../support/network-namespace.ts';

const program = fileURLToPath(new URL('../../src/sidecar/pause.ts', import.meta.url));
const script = fileURLToPath(new URL('../../templates/docker/pause.sh', import.meta.url));

const settings: PodSettings = {
	capturePorts: {9080: 15100},
	plainPorts: {},
	openPorts: [15006],
	hostDoors: [15200],
	meshUdpPorts: [5354],
	udpPorts: [5353],
	gateway: {v4: '10.213.4.1', v6: 'fd00:4::1'},
	subnets: {v4: '10.213.4.0/24', v6: 'fd00:4::/64'},
	isolate: true,
	user: 65532,
};

/** By Node, as in an exported mesh. */
const startPause = async (namespace: NetworkNamespace, parts: Partial<PodSettings> = {}, before = '') => {
	const environment = {DEVMESH_POD: JSON.stringify({...settings, ...parts})};
	return watch(
		namespace.start(['sh', '-c', `echo $$; ${before || 'exec'} "$0" "$1"`, process.execPath, program], environment),
	);
};

/** By the shell, in a folder as in the image. */
const startScript = async (
	t: ExecutionContext,
	namespace: NetworkNamespace,
	parts: Partial<PodSettings> = {},
	before = 'exec',
) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-pause-'));
	t.teardown(() => rm(folder, {recursive: true}));
	await chmod(folder, 0o755);
	await copyFile(script, path.join(folder, 'pause.sh'));
	await writeFile(path.join(folder, 'package.json'), '{"type": "module"}');
	await writeFile(path.join(folder, 'pause.js'), `await import('${pathToFileURL(program).href}');`);
	const whole = {...settings, ...parts};
	const line = `echo $$; ${before} sh "$0" ${whole.user}`;
	const pause = namespace.start(['sh', '-c', line, path.join(folder, 'pause.sh')], {
		PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`,
		DEVMESH_RULES: podRules(whole),
		DEVMESH_POD: JSON.stringify(whole),
	});
	// Killed, it would leave its sleep behind: here it is not process 1.
	const exit = once(pause, 'exit');
	t.teardown(async () => {
		pause.kill('SIGTERM');
		await exit;
	});
	return watch(pause);
};

const watch = async (pause: ReturnType<NetworkNamespace['start']>) => {
	let out = '';
	let err = '';
	pause.stderr.on('data', piece => {
		err += piece;
	});
	// Not its exit: what it wrote must have arrived.
	const exit = once(pause, 'close') as Promise<[number | null, string | null]>;
	const ready = new Promise<void>(resolve => {
		pause.stdout.on('data', piece => {
			out += piece;
			if (out.includes('{"pause":"ready"}\n')) {
				resolve();
			}
		});
	});
	await Promise.race([ready, exit]);
	return {pid: out.split('\n')[0] ?? '', exit, out: () => out, err: () => err};
};

const pod = '10.213.4.2';
const pod6 = 'fd00:4::2';
// What the other end of the cable stands for, by the address that it comes from.
const callers = {
	gateway: '10.213.4.1',
	container: '10.213.4.3',
	outside: '192.0.2.7',
	gateway6: 'fd00:4::1',
	container6: 'fd00:4::3',
	outside6: '2001:db8::7',
} as const;

/** A pod with an app on 8080, a sidecar on 15006, a host door on 15200; and everybody else. */
const createNetwork = async (t: ExecutionContext, parts: Partial<PodSettings> = {}) => {
	const [inside, others] = await Promise.all([createNamespace(t), createNamespace(t)]);
	await connectNamespaces(
		[inside, [`${pod}/24`, `${pod6}/64`]],
		[
			others,
			[
				`${callers.gateway}/24`,
				`${callers.container}/24`,
				`${callers.outside}/32`,
				`${callers.gateway6}/64`,
				`${callers.container6}/64`,
				`${callers.outside6}/128`,
			],
		],
	);
	await inside.run('ip', 'route', 'add', 'default', 'via', callers.gateway);
	await inside.run('ip', '-6', 'route', 'add', 'default', 'via', callers.gateway6);
	await startPause(inside, parts);
	for (const [port, name] of [
		[8080, 'app'],
		[15006, 'sidecar'],
		[15200, 'door'],
	] as const) {
		await inside.ask({kind: 'listen', name, address: '::', port});
	}

	for (const [port, name] of [
		[5353, 'udp app'],
		[6000, 'hidden'],
	] as const) {
		await inside.ask({kind: 'listen-udp', name, address: '::', port});
	}

	const dial = (who: keyof typeof callers, port: number): Promise<string> => {
		const from = callers[who];
		return others.ask({kind: 'dial', address: from.includes(':') ? pod6 : pod, port, from});
	};

	const dialUdp = (who: keyof typeof callers, port: number): Promise<string> => {
		const from = callers[who];
		return others.ask({kind: 'dial-udp', address: from.includes(':') ? pod6 : pod, port, from});
	};

	return {inside, others, dial, dialUdp};
};

test('a call to a service lands on the sidecar’s port, and the address says which service was meant', async t => {
	const namespace = await createNamespace(t);
	await startPause(namespace);
	await namespace.ask({kind: 'listen', name: 'sidecar', address: '127.64.0.2', port: 15100});
	t.is(await namespace.ask({kind: 'dial', address: '127.64.0.2', port: 9080}), 'sidecar at 127.64.0.2:15100');
});

test('an app may listen on every address with the very port that it calls another service at', async t => {
	const namespace = await createNamespace(t);
	await startPause(namespace);
	t.is(await namespace.ask({kind: 'listen', name: 'app', address: '0.0.0.0', port: 9080}), 'listening');
	t.is(await namespace.ask({kind: 'listen', name: 'sidecar', address: '127.64.0.2', port: 15100}), 'listening');
	t.is(await namespace.ask({kind: 'dial', address: '127.64.0.2', port: 9080}), 'sidecar at 127.64.0.2:15100');
	t.is(await namespace.ask({kind: 'dial', address: '127.0.0.1', port: 9080}), 'app at 127.0.0.1:9080');
});

test('a port that no service has is refused, not answered by the app itself', async t => {
	const namespace = await createNamespace(t);
	await startPause(namespace);
	await namespace.ask({kind: 'listen', name: 'app', address: '0.0.0.0', port: 7000});
	t.is(await namespace.ask({kind: 'dial', address: '127.64.0.2', port: 7000}), 'ECONNREFUSED');
});

test('questions for names are led to the sidecar, and its answers find back', async t => {
	const namespace = await createNamespace(t);
	await startPause(namespace);
	await namespace.ask({kind: 'listen-udp', name: 'names', address: '127.64.0.53', port: 15053});
	await namespace.ask({kind: 'listen', name: 'names', address: '127.64.0.53', port: 15053});
	t.is(await namespace.ask({kind: 'dial-udp', address: '127.64.0.53', port: 53}), 'names');
	t.is(await namespace.ask({kind: 'dial', address: '127.64.0.53', port: 53}), 'names at 127.64.0.53:15053');
});

test('a port that is added to a running pod is captured from then on', async t => {
	const namespace = await createNamespace(t);
	await startPause(namespace);
	await namespace.ask({kind: 'listen', name: 'new', address: '127.64.0.9', port: 15101});
	t.is(await namespace.ask({kind: 'dial', address: '127.64.0.9', port: 9090}), 'ECONNREFUSED');
	const addition = JSON.stringify({capturePorts: {9080: 15100, 9090: 15101}, hostDoors: [15201]});
	await namespace.run(process.execPath, program, '--add', addition);
	t.is(await namespace.ask({kind: 'dial', address: '127.64.0.9', port: 9090}), 'new at 127.64.0.9:15101');
	t.regex(await namespace.run('nft', 'list', 'set', 'inet', 'devmesh', 'host_doors'), /15200, 15201/);
});

test('from outside, over IPv4 and IPv6, only the sidecar is reached; the app is refused', async t => {
	const {dial} = await createNetwork(t);
	for (const who of ['container', 'outside', 'gateway', 'container6', 'outside6', 'gateway6'] as const) {
		t.regex(await dial(who, 15006), /^sidecar at /, who);
		t.is(await dial(who, 8080), 'ECONNREFUSED', who);
	}
});

test('a published port is for the host and for what lies outside, not for other containers', async t => {
	const {dial, inside, others} = await createNetwork(t);
	for (const who of ['gateway', 'outside', 'gateway6', 'outside6'] as const) {
		t.regex(await dial(who, 15200), /^door at /, who);
	}

	t.is(await dial('container', 15200), 'ECONNREFUSED');
	t.is(await dial('container6', 15200), 'ECONNREFUSED');
	// Neighbours reach each other without any address of the network.
	const linkLocal = async (namespace: NetworkNamespace): Promise<string> => {
		const [, own] = /inet6 (fe80::[0-9a-f:]+)/.exec(await namespace.run('ip', '-6', 'addr', 'show', 'eth0')) ?? [];
		return `${own}%eth0`;
	};

	const [address, from] = [await linkLocal(inside), await linkLocal(others)];
	t.regex(await others.ask({kind: 'dial', address, port: 15006, from}), /^sidecar at /);
	t.is(await others.ask({kind: 'dial', address, port: 15200, from}), 'ECONNREFUSED');
});

test('the app’s own UDP port is reached from outside, any other is refused', async t => {
	const {dialUdp} = await createNetwork(t);
	for (const who of ['container', 'container6'] as const) {
		t.is(await dialUdp(who, 5353), 'udp app', who);
		t.is(await dialUdp(who, 6000), 'ECONNREFUSED', who);
	}
});

test('an isolated pod still calls out and reaches itself', async t => {
	const {inside, others} = await createNetwork(t);
	await others.ask({kind: 'listen', name: 'world', address: '::', port: 7777});
	t.regex(await inside.ask({kind: 'dial', address: callers.outside, port: 7777}), /^world at /);
	t.regex(await inside.ask({kind: 'dial', address: callers.outside6, port: 7777}), /^world at /);
	t.regex(await inside.ask({kind: 'dial', address: pod, port: 8080}), /^app at /);
	t.regex(await inside.ask({kind: 'dial', address: '127.0.0.1', port: 8080}), /^app at /);
});

test('without isolation the app is reached directly, and its own calls are captured all the same', async t => {
	const {inside, dial} = await createNetwork(t, {isolate: false});
	t.regex(await dial('container', 8080), /^app at /);
	t.regex(await dial('container6', 8080), /^app at /);
	await inside.ask({kind: 'listen', name: 'sidecar', address: '127.64.0.2', port: 15100});
	t.is(await inside.ask({kind: 'dial', address: '127.64.0.2', port: 9080}), 'sidecar at 127.64.0.2:15100');
});

test('the rules of others stay, and a second start replaces only what devmesh had set', async t => {
	const namespace = await createNamespace(t);
	await namespace.run('nft', 'add', 'table', 'ip', 'nat');
	await startPause(namespace);
	await startPause(namespace, {capturePorts: {1234: 15109}});
	const rules = await namespace.run('nft', 'list', 'ruleset');
	t.regex(rules, /table ip nat/);
	t.regex(rules, /elements = \{ 1234 : 15109 \}/);
	t.is(rules.match(/chain capture/g)?.length, 1);
});

test('it sleeps without any capability in any thread, as the user that it was told', async t => {
	const namespace = await createNamespace(t);
	const {pid} = await startPause(namespace);
	t.true((await readdir(`/proc/${pid}/task`)).length > 1);
	await hasNoPrivileges(t, pid);
});

test('so does the shell, and what sleeps in it', async t => {
	const namespace = await createNamespace(t);
	const {pid} = await startScript(t, namespace);
	t.regex(await namespace.run('nft', 'list', 'set', 'inet', 'devmesh', 'host_doors'), /15200/);
	t.regex(await readFile(`/proc/${pid}/cmdline`, 'utf8'), /^sh\0.*\0asleep\0$/);
	await hasNoPrivileges(t, pid);
});

const hasNoPrivileges = async (t: ExecutionContext, pid: string): Promise<void> => {
	const threads = await readdir(`/proc/${pid}/task`);
	for (const thread of threads) {
		const status = await readFile(`/proc/${pid}/task/${thread}/status`, 'utf8');
		for (const set of ['CapPrm', 'CapEff', 'CapAmb', 'CapInh']) {
			t.regex(status, new RegExp(`^${set}:\\s0+$`, 'm'), `${set} of ${thread}`);
		}

		t.regex(status, /^Uid:\s65532\s65532\s65532\s65532$/m);
		t.regex(status, /^Gid:\s65532\s65532\s65532\s65532$/m);
		t.regex(status, /^Groups:\s*$/m);
	}
};

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
	test(`at ${signal} it ends at once and well`, async t => {
		const namespace = await createNamespace(t);
		const {pid, exit} = await startPause(namespace);
		await namespace.run('kill', `-${signal.slice(3)}`, pid);
		t.deepEqual(await exit, [0, null]);
	});

	test(`at ${signal} the shell ends at once and well`, async t => {
		const namespace = await createNamespace(t);
		const {pid, exit} = await startScript(t, namespace);
		await namespace.run('kill', `-${signal.slice(3)}`, pid);
		t.deepEqual(await exit, [0, null]);
	});
}

test('a shell without rules never sleeps in a pod without rules: Node makes them', async t => {
	const namespace = await createNamespace(t);
	const {pid} = await startScript(t, namespace, {}, 'unset DEVMESH_RULES; exec');
	t.regex(await readFile(`/proc/${pid}/cmdline`, 'utf8'), /^node\0/);
	t.regex(await namespace.run('nft', 'list', 'set', 'inet', 'devmesh', 'host_doors'), /15200/);
	await hasNoPrivileges(t, pid);
});

test('rules that cannot be set are one clear sentence, and it does not say that it is ready', async t => {
	const namespace = await createNamespace(t);
	const {exit, err, out} = await startPause(namespace, {}, 'exec setpriv --bounding-set -net_admin --inh-caps -all');
	t.deepEqual(await exit, [1, null]);
	t.regex(err(), /^the packet rules of the pod could not be set: the container lacks the capability NET_ADMIN .*\n$/);
	t.notRegex(out(), /ready/);
});

test('what the shell cannot set is told by Node', async t => {
	const namespace = await createNamespace(t);
	const before = 'exec setpriv --bounding-set -net_admin --inh-caps -all';
	const {exit, err, out} = await startScript(t, namespace, {}, before);
	t.deepEqual(await exit, [1, null]);
	t.regex(err(), /^the packet rules of the pod could not be set: the container lacks the capability NET_ADMIN .*\n$/);
	t.notRegex(out(), /ready/);
});

test('a shell that is to sleep as root says that privileges would be left', async t => {
	const namespace = await createNamespace(t);
	const {exit, err, out} = await startScript(t, namespace, {user: 0});
	t.deepEqual(await exit, [1, null]);
	t.regex(err(), /^the pod could not give up its privileges: CapPrm: [0-9a-f]+\n$/);
	t.notRegex(out(), /ready/);
});

test('who is to sleep as root is told that privileges would be left', async t => {
	const namespace = await createNamespace(t);
	const {exit, err} = await startPause(namespace, {user: 0});
	t.deepEqual(await exit, [1, null]);
	t.regex(err(), /^the pod could not give up its privileges as user 0: CapPrm/);
});
