import {chmod, rm, writeFile} from 'node:fs/promises';
import {createServer as createHttpServer} from 'node:http';
import {createServer, type Server} from 'node:net';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {MeshStatus} from '../../../src/model/mesh-status.ts';
import {createProject} from '../../support/project.ts';
import {freePort} from '../../support/scene.ts';
import {startTestEngine, type TestEngine} from '../../support/test-engine.ts';
import {type CommandResult, createUser, type User} from '../../support/user.ts';

const serve =
	"require('http').createServer((_, response) => response.end('hi')).listen(3000); process.on('SIGTERM', () => process.exit())";
const meshConfig = 'compose: compose.yaml\n';
/** A compose file with the service web, and more keys of it. */
const service = (more: Readonly<Record<string, unknown>> = {}): string =>
	JSON.stringify({
		services: {web: {image: 'node:26-slim', command: ['node', '-e', serve], expose: ['3000'], ...more}},
	});

interface Scene {
	readonly user: User;
	readonly folder: string;
	readonly id: string;
	readonly up: () => Promise<CommandResult>;
	readonly save: (config: string) => Promise<void>;
}

const createScene = async (t: ExecutionContext, host: string, config = service()): Promise<Scene> => {
	const folder = await createProject(t, {'mesh.config.yaml': meshConfig, 'compose.yaml': config});
	const user = await createUser(t, folder, {DOCKER_HOST: host});
	return {
		user,
		folder,
		id: meshIdOf(path.join(folder, 'mesh.config.yaml')),
		up: () => user.devmesh('up', '-d'),
		save: text => writeFile(path.join(folder, 'compose.yaml'), text),
	};
};

/** A command that failed says which code, why, and what can be done. */
const failsWith = (t: ExecutionContext, result: CommandResult, code: string, reason: RegExp, remedy: RegExp): void => {
	const said = result.stdout + result.stderr;
	t.is(result.code, 1, said);
	t.regex(said, new RegExp(`\\b${code}\\b`));
	t.regex(said, reason);
	t.regex(said, remedy);
	t.notRegex(said, /\n {4}at /, 'no stack of a program');
};

const comesUp = async (t: ExecutionContext, {up, user}: Scene): Promise<void> => {
	const {code, stdout, stderr} = await up();
	t.is(code, 0, stdout + stderr);
	const {services} = await user.json<MeshStatus>('status');
	t.is(await (await fetch(services.find(({service}) => service === 'web')?.hostUrl ?? '')).text(), 'hi');
};

const goesDown = async (t: ExecutionContext, scene: Scene, engine?: TestEngine): Promise<void> => {
	const {code, stdout, stderr} = await scene.user.devmesh('down');
	t.is(code, 0, stdout + stderr);
	if (engine) {
		t.deepEqual(await objectsOf(engine, scene.id), []);
	}
};

const objectsOf = async (engine: TestEngine, id: string): Promise<readonly string[]> => {
	const filter = ['--filter', `label=dev.devmesh.mesh=${id}`];
	const lists = [
		['ps', '-aq'],
		['network', 'ls', '-q'],
		['volume', 'ls', '-q'],
	];
	const found = await Promise.all(lists.map(list => engine.run(...list, ...filter)));
	return found.flatMap(text => text.split('\n')).filter(Boolean);
};

/** Somebody else's container, network and volume, which are the same when the test ends. */
const createForeign = async (t: ExecutionContext, engine: TestEngine): Promise<() => Promise<void>> => {
	const name = `foreign-${process.pid}-${Date.now()}`;
	await engine.run('network', 'create', name);
	await engine.run('volume', 'create', name);
	const mount = ['--mount', `source=${name},target=/data`];
	await engine.run('run', '-d', '--name', name, '--network', name, ...mount, 'node:26-slim', 'sleep', '600');
	t.teardown(async () => {
		await engine.run('rm', '-f', name).catch(() => '');
		await engine.run('network', 'rm', name).catch(() => '');
		await engine.run('volume', 'rm', name).catch(() => '');
	});
	const look = () =>
		Promise.all([
			engine.run('inspect', name, '--format', '{{.Id}} {{.Created}} {{.State.StartedAt}} {{.State.Status}}'),
			engine.run('network', 'inspect', name, '--format', '{{.Id}} {{json .IPAM}}'),
			engine.run('volume', 'inspect', name, '--format', '{{.CreatedAt}} {{.Mountpoint}}'),
		]);
	const before = await look();
	return async () => {
		t.deepEqual(await look(), before);
	};
};

const listen = (t: ExecutionContext, server: Server, at: string | number): Promise<void> => {
	t.teardown(() => server.close());
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(at, () => resolve());
	});
};

test('without an engine, `up` says where it looked and what starts one; nothing is left', async t => {
	const scene = await createScene(t, 'unix:///nowhere/docker.sock');
	failsWith(t, await scene.up(), 'DM5101', /unix:\/\/\/nowhere\/docker\.sock/, /DOCKER_HOST/);
	await goesDown(t, scene);
});

test('an engine that lets nobody in is told apart from one that is not there', async t => {
	// A socket that nobody may open, not even its owner: root needs its privilege over files taken from it.
	const folder = await createProject(t, {});
	const socket = path.join(folder, 'd.sock');
	await listen(t, createServer(), socket);
	await chmod(socket, 0);
	const scene = await createScene(t, `unix://${socket}`);
	const up = await scene.user.devmeshBy(
		['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--inh-caps', '-all'],
		'up',
		'-d',
	);
	failsWith(t, up, 'DM5102', /permission denied/, /usermod -aG docker/);
	await goesDown(t, scene);
});

test('an engine that is too old is told with its version and the one that will do', async t => {
	const folder = await createProject(t, {});
	const socket = path.join(folder, 'd.sock');
	const server = createHttpServer((_request, response) => {
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({Version: '18.09.1', ApiVersion: '1.39', Os: 'linux', Arch: 'amd64'}));
	});
	await listen(t, server, socket);
	const scene = await createScene(t, `unix://${socket}`);
	failsWith(t, await scene.up(), 'DM5103', /1\.39.*needs 1\.40/, /19\.03/);
	await goesDown(t, scene);
});

test.serial('a published port that somebody has is told; once it is free, the next `up` has it', async t => {
	const engine = await startTestEngine();
	const isUntouched = await createForeign(t, engine);
	const port = await freePort();
	const server = createServer();
	await listen(t, server, port);
	const scene = await createScene(t, engine.host, service({ports: [`${port}:3000`]}));
	failsWith(t, await scene.up(), 'DM5124', new RegExp(String(port)), /publish another one/);
	server.close();
	await comesUp(t, scene);
	t.is(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'hi');
	await goesDown(t, scene, engine);
	await isUntouched();
});

test.serial('an image that is not there for the platform is named with its service', async t => {
	const engine = await startTestEngine();
	const scene = await createScene(t, engine.host, service({platform: 'linux/s390x'}));
	failsWith(t, await scene.up(), 'DM5112', /web.*node:26-slim.*linux\/s390x/, /platform:/);
	await scene.save(service());
	await comesUp(t, scene);
	await goesDown(t, scene, engine);
});

test.serial('an image that nobody has is named with its service', async t => {
	const engine = await startTestEngine();
	const scene = await createScene(t, engine.host, service({image: 'localhost:9/nowhere:1'}));
	failsWith(t, await scene.up(), 'DM5111', /web has no image: localhost:9\/nowhere:1/, /`image`/);
	await goesDown(t, scene, engine);
});

test.serial('a container that exits at once is told with its last words', async t => {
	const engine = await startTestEngine();
	const dying = "console.error('no such luck'); process.exit(3)";
	const scene = await createScene(t, engine.host, service({restart: 'no', command: ['node', '-e', dying]}));
	failsWith(t, await scene.up(), 'DM6016', /exited with 3\n.*no such luck/, /devmesh logs web-1/);
	await scene.save(service());
	await comesUp(t, scene);
	await goesDown(t, scene, engine);
});

test.serial('a subnet that somebody has is left to them; when all are taken, that is told', async t => {
	const engine = await startTestEngine();
	const isUntouched = await createForeign(t, engine);
	const scene = await createScene(t, engine.host);
	const first = Number.parseInt(scene.id.slice(-4), 16) % 256;
	const theirs = `clash-${scene.id}`;
	t.teardown(() => engine.run('network', 'rm', theirs).catch(() => ''));
	await engine.run('network', 'create', '--subnet', `10.213.${first}.0/24`, theirs);
	await comesUp(t, scene);
	const subnetOf = (network: string) =>
		engine.run('network', 'inspect', network, '--format', '{{(index .IPAM.Config 0).Subnet}}');
	t.is(await subnetOf(scene.id), `10.213.${(first + 1) % 256}.0/24`);
	await goesDown(t, scene, engine);
	t.is(await subnetOf(theirs), `10.213.${first}.0/24`);
	await engine.run('network', 'rm', theirs);
	await engine.run('network', 'create', '--subnet', '10.213.0.0/16', theirs);
	failsWith(t, await scene.up(), 'DM5121', /10\.213\.0\.0\/16/, /docker network prune/);
	t.is(await subnetOf(theirs), '10.213.0.0/16');
	await engine.run('network', 'rm', theirs);
	await comesUp(t, scene);
	await goesDown(t, scene, engine);
	await isUntouched();
});

test.serial('what a crashed run left is taken over, also when its state is lost', async t => {
	const engine = await startTestEngine();
	const isUntouched = await createForeign(t, engine);
	const scene = await createScene(t, engine.host);
	await comesUp(t, scene);
	const {controlPlane, proxy} = await scene.user.json<MeshStatus>('status');
	for (const pid of [controlPlane.pid, proxy?.pid ?? 0]) {
		process.kill(pid, 'SIGKILL');
	}

	await rm(path.join(scene.user.home, scene.id), {recursive: true, force: true});
	await comesUp(t, scene);
	const containers = await engine.run('ps', '-aq', '--filter', `label=dev.devmesh.mesh=${scene.id}`);
	t.is(containers.split('\n').length, 4, 'pause, sidecar, app and gateway, once');
	await goesDown(t, scene, engine);
	await isUntouched();
});

for (const span of [400, 1200, 2000, 3000]) {
	test.serial(`Ctrl-C ${span} ms into an \`up\` in containers leaves nothing behind`, async t => {
		const engine = await startTestEngine();
		const isUntouched = await createForeign(t, engine);
		const scene = await createScene(t, engine.host);
		const up = scene.user.start('up');
		await sleep(span);
		up.child.kill('SIGINT');
		await up.exit;
		t.deepEqual(await objectsOf(engine, scene.id), [], up.output());
		await isUntouched();
	});
}

test.serial(
	'an engine that dies during `up` is told, or comes back in time; the next `up` and `down` repair',
	async t => {
		const engine = await startTestEngine();
		const scene = await createScene(t, engine.host);
		const up = scene.user.start('up', '-d');
		while ((await objectsOf(engine, scene.id)).length < 2) {
			await sleep(20);
		}

		await engine.crash();
		if ((await up.exit) !== 0) {
			t.regex(up.output(), /\bDM\d{4}\b/);
			t.notRegex(up.output(), /\n {4}at /);
		}

		await comesUp(t, scene);
		await goesDown(t, scene, engine);
	},
);
