import {chmod, rm} from 'node:fs/promises';
import {createServer as createHttpServer} from 'node:http';
import {createServer, type Server} from 'node:net';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import type {MeshStatus} from '../../../src/model/mesh-status.ts';
import {comesUp, createEngineScene, failsWith, goesDown, objectsOf, service} from '../../support/engine-scene.ts';
import {createProject} from '../../support/project.ts';
import {freePort} from '../../support/scene.ts';
import {startTestEngine, type TestEngine} from '../../support/test-engine.ts';

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
	const scene = await createEngineScene(t, 'unix:///nowhere/docker.sock');
	failsWith(t, await scene.up(), 'DM5101', /unix:\/\/\/nowhere\/docker\.sock/, /DOCKER_HOST/);
	await goesDown(t, scene);
});

test('an engine that lets nobody in is told apart from one that is not there', async t => {
	// A socket that nobody may open, not even its owner: root needs its privilege over files taken from it.
	const folder = await createProject(t, {});
	const socket = path.join(folder, 'd.sock');
	await listen(t, createServer(), socket);
	await chmod(socket, 0);
	const scene = await createEngineScene(t, `unix://${socket}`);
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
	const scene = await createEngineScene(t, `unix://${socket}`);
	failsWith(t, await scene.up(), 'DM5103', /1\.39.*needs 1\.40/, /19\.03/);
	await goesDown(t, scene);
});

test.serial('a published port that somebody has is told; once it is free, the next `up` has it', async t => {
	const engine = await startTestEngine();
	const isUntouched = await createForeign(t, engine);
	const port = await freePort();
	const server = createServer();
	await listen(t, server, port);
	const scene = await createEngineScene(t, engine.host, service({ports: [`${port}:3000`]}));
	failsWith(t, await scene.up(), 'DM5124', new RegExp(String(port)), /publish another one/);
	server.close();
	await comesUp(t, scene);
	t.is(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'hi');
	await goesDown(t, scene, engine.run);
	await isUntouched();
});

test.serial('an image that is not there for the platform is named with its service', async t => {
	const engine = await startTestEngine();
	const scene = await createEngineScene(t, engine.host, service({platform: 'linux/s390x'}));
	failsWith(t, await scene.up(), 'DM5112', /web.*node:26-slim.*linux\/s390x/, /platform:/);
	await scene.save(service());
	await comesUp(t, scene);
	await goesDown(t, scene, engine.run);
});

test.serial('an image that nobody has is named with its service', async t => {
	const engine = await startTestEngine();
	const scene = await createEngineScene(t, engine.host, service({image: 'localhost:9/nowhere:1'}));
	failsWith(t, await scene.up(), 'DM5111', /web has no image: localhost:9\/nowhere:1/, /`image`/);
	await goesDown(t, scene, engine.run);
});

test.serial('a container that exits at once is told with its last words', async t => {
	const engine = await startTestEngine();
	const dying = "console.error('no such luck'); process.exit(3)";
	const scene = await createEngineScene(t, engine.host, service({restart: 'no', command: ['node', '-e', dying]}));
	failsWith(t, await scene.up(), 'DM6016', /exited with 3\n.*no such luck/, /devmesh logs web-1/);
	await scene.save(service());
	await comesUp(t, scene);
	await goesDown(t, scene, engine.run);
});

test.serial('a subnet that somebody has is left to them; when all are taken, that is told', async t => {
	const engine = await startTestEngine();
	const isUntouched = await createForeign(t, engine);
	const scene = await createEngineScene(t, engine.host);
	const first = Number.parseInt(scene.id.slice(-4), 16) % 256;
	const theirs = `clash-${scene.id}`;
	t.teardown(() => engine.run('network', 'rm', theirs).catch(() => ''));
	await engine.run('network', 'create', '--subnet', `10.213.${first}.0/24`, theirs);
	await comesUp(t, scene);
	const subnetOf = (network: string) =>
		engine.run('network', 'inspect', network, '--format', '{{(index .IPAM.Config 0).Subnet}}');
	t.is(await subnetOf(scene.id), `10.213.${(first + 1) % 256}.0/24`);
	await goesDown(t, scene, engine.run);
	t.is(await subnetOf(theirs), `10.213.${first}.0/24`);
	await engine.run('network', 'rm', theirs);
	await engine.run('network', 'create', '--subnet', '10.213.0.0/16', theirs);
	failsWith(t, await scene.up(), 'DM5121', /10\.213\.0\.0\/16/, /docker network prune/);
	t.is(await subnetOf(theirs), '10.213.0.0/16');
	await engine.run('network', 'rm', theirs);
	await comesUp(t, scene);
	await goesDown(t, scene, engine.run);
	await isUntouched();
});

test.serial('what a crashed run left is taken over, also when its state is lost', async t => {
	const engine = await startTestEngine();
	const isUntouched = await createForeign(t, engine);
	const scene = await createEngineScene(t, engine.host);
	await comesUp(t, scene);
	const {controlPlane, proxy} = await scene.user.json<MeshStatus>('status');
	for (const pid of [controlPlane.pid, proxy?.pid ?? 0]) {
		process.kill(pid, 'SIGKILL');
	}

	await rm(path.join(scene.user.home, scene.id), {recursive: true, force: true});
	await comesUp(t, scene);
	const containers = await engine.run('ps', '-aq', '--filter', `label=dev.devmesh.mesh=${scene.id}`);
	t.is(containers.split('\n').length, 4, 'pause, sidecar, app and gateway, once');
	await goesDown(t, scene, engine.run);
	await isUntouched();
});

for (const span of [400, 1200, 2000, 3000]) {
	test.serial(`Ctrl-C ${span} ms into an \`up\` in containers leaves nothing behind`, async t => {
		const engine = await startTestEngine();
		const isUntouched = await createForeign(t, engine);
		const scene = await createEngineScene(t, engine.host);
		const up = scene.user.start('up');
		await sleep(span);
		up.child.kill('SIGINT');
		await up.exit;
		t.deepEqual(await objectsOf(engine.run, scene.id), [], up.output());
		await isUntouched();
	});
}

test.serial(
	'an engine that dies during `up` is told, or comes back in time; the next `up` and `down` repair',
	async t => {
		const engine = await startTestEngine();
		const scene = await createEngineScene(t, engine.host);
		const up = scene.user.start('up', '-d');
		while ((await objectsOf(engine.run, scene.id)).length < 2) {
			await sleep(20);
		}

		await engine.crash();
		if ((await up.exit) !== 0) {
			t.regex(up.output(), /\bDM\d{4}\b/);
			t.notRegex(up.output(), /\n {4}at /);
		}

		await comesUp(t, scene);
		await goesDown(t, scene, engine.run);
	},
);
