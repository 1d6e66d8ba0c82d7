import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {InstanceStatus, MeshStatus} from '../../../src/model/mesh-status.ts';
import {statusOf} from '../../support/bookinfo.ts';
import {createProject} from '../../support/project.ts';
import {startTestEngine, type TestEngine} from '../../support/test-engine.ts';
import {createUser, type User} from '../../support/user.ts';

/** Says who it is; but at /hold it says that it was asked, and no more. */
const app = `
import http from 'node:http';
http.createServer((request, response) => {
	if (request.url === '/hold') {
		console.log('held');
	} else {
		response.end(process.env.DEVMESH_INSTANCE);
	}
}).listen(3000);
process.on('SIGTERM', () => process.exit(0));
`;

const config = `services:
  web: { port: 3000, build: ./app }
  api: { port: 3000, build: ./app }
ingress:
  - { host: web.localhost, to: web }
`;

interface Scene {
	readonly engine: TestEngine;
	readonly user: User;
	readonly folder: string;
	/** The engine's name for a container of the mesh. */
	readonly nameOf: (container: string) => string;
	readonly status: () => Promise<MeshStatus>;
	/** Asks a service as a person at this machine would; gives the instance that answered. */
	readonly ask: (service: string) => Promise<string>;
	/** When containers were started. */
	readonly startsOf: (...containers: readonly string[]) => Promise<readonly string[]>;
}

const start = async (
	t: ExecutionContext,
	text: string = config,
	files: Readonly<Record<string, string>> = {},
): Promise<Scene> => {
	const engine = await startTestEngine();
	const folder = await createProject(t, {
		'mesh.config.yaml': text,
		'app/Dockerfile': 'FROM node:26-slim\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]\n',
		'app/main.mjs': app,
		...files,
	});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	const id = meshIdOf(path.join(folder, 'mesh.config.yaml'));
	const nameOf = (container: string): string => `${id}-${container}`;
	const status = () => user.json<MeshStatus>('status');
	const urls = new Map((await status()).services.map(({service, hostUrl}) => [service, hostUrl]));
	return {
		engine,
		user,
		folder,
		nameOf,
		status,
		ask: async service => {
			const reply = await fetch(`${urls.get(service)}/`);
			return reply.ok ? reply.text() : `${reply.status} ${await reply.text()}`;
		},
		startsOf: async (...containers) =>
			(await engine.run('inspect', '--format', '{{.State.StartedAt}}', ...containers.map(nameOf))).split('\n'),
	};
};

const instanceOf = (status: MeshStatus, id: string): InstanceStatus | undefined =>
	status.services.flatMap(({instances}) => instances).find(instance => instance.id === id);

/** Resolves with the first status that is as wanted. */
const until = async ({status}: Scene, isWanted: (status: MeshStatus) => boolean): Promise<MeshStatus> => {
	for (;;) {
		const now = await status();
		if (isWanted(now)) {
			return now;
		}
	}
};

const isWhole = ({services, sidecars, revision}: MeshStatus): boolean =>
	services.every(({instances}) => instances.every(({state}) => state === 'ready')) &&
	sidecars.every(sidecar => sidecar.revision === revision);

test.serial('an app that somebody restarts by docker is taken as it is then', async t => {
	const scene = await start(t);
	const others = ['web-1-pause', 'web-1-sidecar', 'api-1', 'gateway'];
	const before = await scene.startsOf(...others);
	await scene.engine.run('restart', scene.nameOf('web-1'));
	const pid = Number(await scene.engine.run('inspect', '--format', '{{.State.Pid}}', scene.nameOf('web-1')));
	const status = await until(scene, now => instanceOf(now, 'web-1')?.pid === pid && isWhole(now));
	t.is(instanceOf(status, 'web-1')?.note, undefined);
	t.is(await scene.ask('web'), 'web-1');
	t.deepEqual(await scene.startsOf(...others), before);
});

test.serial('an app that is not to be restarted is back when somebody starts it by docker', async t => {
	const scene = await start(t, config.replace('web: {', 'web: { restart: "no",'));
	const stateOf = (status: MeshStatus) => instanceOf(status, 'web-1')?.state;
	await scene.engine.run('kill', scene.nameOf('web-1'));
	await until(scene, status => stateOf(status) === 'failed');
	await scene.engine.run('start', scene.nameOf('web-1'));
	await until(scene, isWhole);
	t.is(await scene.ask('web'), 'web-1');
	await scene.engine.run('restart', scene.nameOf('web-1'));
	await until(scene, isWhole);
	t.is(await scene.ask('web'), 'web-1');
});

test.serial('a part of the mesh that somebody restarts by docker is whole again by itself', async t => {
	const scene = await start(t);
	const others = ['api-1-pause', 'api-1-sidecar', 'api-1'];
	const before = await scene.startsOf(...others);
	const {port} = new URL((await scene.status()).urls[0]?.url ?? '');
	const answers = async (): Promise<boolean> =>
		(await scene.ask('web')) === 'web-1' &&
		(await statusOf(`http://127.0.0.1:${port}/`, undefined, {host: 'web.localhost'})) === 200;
	/** An app whose namespace was made anew has to be started anew in it. */
	const hasNamespace = async (): Promise<boolean> => {
		const [pause = '', app = ''] = await scene.startsOf('web-1-pause', 'web-1');
		return Date.parse(app) >= Date.parse(pause);
	};

	for (const part of ['web-1-sidecar', 'gateway', 'web-1-pause']) {
		await scene.engine.run('restart', scene.nameOf(part));
		let isWell = false;
		while (!isWell) {
			isWell = (await hasNamespace().catch(() => false)) && (await answers().catch(() => false));
		}

		await until(scene, isWhole);
		t.true(await answers(), part);
	}

	t.deepEqual(await scene.startsOf(...others), before);
});

test.serial('a killed app is started again, and the status says how often', async t => {
	const scene = await start(t);
	const others = ['web-1-pause', 'web-1-sidecar', 'api-1'];
	const before = await scene.startsOf(...others);
	await scene.engine.run('kill', scene.nameOf('web-1'));
	await until(scene, now => instanceOf(now, 'web-1')?.restarts === 1 && isWhole(now));
	t.is(await scene.ask('web'), 'web-1');
	t.regex((await scene.user.devmesh('status')).stdout, /web-1 was started again once/);
	t.deepEqual(await scene.startsOf(...others), before);
});

test.serial(
	'a paused app is said to be paused and not asked for its health; requests go on when it does, also those that came meanwhile',
	async t => {
		const scene = await start(
			t,
			config.replace('web: {', 'web: { health: { http: /, interval: 200ms, timeout: 200ms, failures: 1 },'),
		);
		const before = await scene.startsOf('web-1', 'web-1-sidecar', 'api-1');
		await scene.engine.run('pause', scene.nameOf('web-1'));
		const paused = await until(scene, status => instanceOf(status, 'web-1')?.state === 'paused');
		t.is(instanceOf(paused, 'web-1')?.restarts, 0);
		t.regex((await scene.user.devmesh('status')).stdout, /^web-1 is paused, waiting for docker unpause \S+-web-1$/m);
		const meanwhile = scene.ask('web');
		t.is(await scene.ask('api'), 'api-1');
		t.is(instanceOf(await scene.status(), 'web-1')?.state, 'paused');
		await scene.engine.run('unpause', scene.nameOf('web-1'));
		t.is(await meanwhile, 'web-1');
		await until(scene, isWhole);
		t.is(await scene.ask('web'), 'web-1');
		t.deepEqual(await scene.startsOf('web-1', 'web-1-sidecar', 'api-1'), before);
	},
);

test.serial('a mesh with a paused app is taken over by the next control plane, and goes down', async t => {
	const scene = await start(t);
	await scene.engine.run('pause', scene.nameOf('web-1'));
	const paused = await until(scene, status => instanceOf(status, 'web-1')?.state === 'paused');
	process.kill(paused.controlPlane.pid, 'SIGKILL');
	const up = await scene.user.devmesh('up', '-d');
	t.is(up.code, 1, up.stdout + up.stderr);
	t.regex(up.stderr, /web-1.*it is paused, waiting for docker unpause/);
	t.is(instanceOf(await scene.status(), 'web-1')?.state, 'paused');
	t.is((await scene.user.devmesh('down')).code, 0);
	t.is(await scene.engine.run('ps', '-aq', '--filter', `name=${scene.nameOf('')}`), '');
});

test.serial('a request to an instance whose namespace is killed fails, and does not wait for ever', async t => {
	const scene = await start(t);
	const {port} = new URL((await scene.status()).urls[0]?.url ?? '');
	const url = (await scene.status()).services.find(({service}) => service === 'web')?.hostUrl;
	const program = "fetch('http://web:3000/hold').then(({status}) => console.log(status), () => console.log(0))";
	const requests = [
		statusOf(`${url}/hold`, undefined, {}).catch(() => 0),
		statusOf(`http://127.0.0.1:${port}/hold`, undefined, {host: 'web.localhost'}).catch(() => 0),
		scene.engine.run('exec', scene.nameOf('api-1'), 'node', '-e', program).then(Number),
	];
	const held = async () => (await scene.engine.run('logs', scene.nameOf('web-1'))).match(/held/g)?.length;
	while ((await held()) !== requests.length) {
		// Each of them is with the app.
	}

	await scene.engine.run('kill', scene.nameOf('web-1-pause'));
	for (const status of await Promise.all(requests)) {
		t.true(status === 0 || status >= 500, String(status));
	}

	await until(scene, isWhole);
	t.is(await scene.ask('web'), 'web-1');
});

/** Asks web again and again, on connections of its own, until it is told to end. Gives who answered, in order, and what went wrong. */
const keepAsking = (scene: Scene) => {
	const seen: string[] = [];
	let isOver = false;
	const ask = async (): Promise<void> => {
		while (!isOver) {
			seen.push(await scene.ask('web').catch((error: unknown) => String(error)));
			await sleep(5);
		}
	};

	const asking = Promise.all([ask(), ask()]);
	return {
		seen,
		end: async (): Promise<readonly string[]> => {
			isOver = true;
			await asking;
			return seen;
		},
	};
};

test.serial('one service is restarted by its name, and nothing else; requests wait for it', async t => {
	const scene = await start(t);
	const others = ['api-1', 'api-1-sidecar', 'api-1-pause', 'gateway'];
	const [before, own] = [await scene.startsOf(...others), await scene.startsOf('web-1')];
	const client = keepAsking(scene);
	for (const name of ['web', 'web-1', 'web/web-1']) {
		const restart = await scene.user.devmesh('restart', name);
		t.is(restart.code, 0, restart.stdout + restart.stderr);
		t.regex(restart.stdout, /^web-1 is ready$/m);
	}

	t.deepEqual([...new Set(await client.end())], ['web-1']);
	t.notDeepEqual(await scene.startsOf('web-1'), own);
	t.deepEqual(await scene.startsOf(...others), before);
	t.is(instanceOf(await scene.status(), 'web-1')?.restarts, 0);
	const wrong = await scene.user.devmesh('restart', 'api/web-1');
	t.is(wrong.code, 1);
	t.regex(wrong.stderr, /DM6006.*there is no instance "api\/web-1"/);
});

test.serial(
	'`up --build` restarts the services alone whose sources have changed, and not at all when they do not build',
	async t => {
		const scene = await start(
			t,
			config.replace('api: { port: 3000, build: ./app }', 'api: { port: 3000, build: ./api }'),
			{
				'api/Dockerfile': 'FROM node:26-slim\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]\n',
				'api/main.mjs': app,
			},
		);
		const others = ['api-1', 'api-1-sidecar', 'api-1-pause', 'gateway'];
		const before = await scene.startsOf(...others);
		const upBuild = async () => {
			const up = await scene.user.devmesh('up', '-d', '--build');
			return {...up, text: up.stdout + up.stderr};
		};

		const first = await scene.startsOf('web-1');
		const same = await upBuild();
		t.is(same.code, 0, same.text);
		t.deepEqual(await scene.startsOf('web-1'), first);

		const main = path.join(scene.folder, 'app', 'main.mjs');
		await writeFile(main, app.replace('process.env.DEVMESH_INSTANCE', '"another one"'));
		const client = keepAsking(scene);
		const built = await upBuild();
		t.is(built.code, 0, built.text);
		t.is(await scene.ask('web'), 'another one');
		t.deepEqual([...new Set(await client.end())], ['web-1', 'another one']);

		const second = await scene.startsOf('web-1');
		await writeFile(
			path.join(scene.folder, 'app', 'Dockerfile'),
			'FROM node:26-slim\nRUN echo no such luck && false\n',
		);
		for (const words of [
			['up', '-d', '--build'],
			['restart', 'web'],
		]) {
			const broken = await scene.user.devmesh(...words);
			t.is(broken.code, 1, words.join(' '));
			t.regex(broken.stderr, /DM5113/);
			t.regex(broken.stderr, /no such luck/);
			t.is(await scene.ask('web'), 'another one');
			t.true(isWhole(await scene.status()));
		}

		t.deepEqual(await scene.startsOf('web-1'), second);
		t.deepEqual(await scene.startsOf(...others), before);
	},
);

test.serial('a service is scaled to three and back by a save, and no request of a client fails', async t => {
	const scene = await start(t);
	const others = ['web-1', 'web-1-sidecar', 'api-1', 'gateway'];
	const before = await scene.startsOf(...others);
	const file = path.join(scene.folder, 'mesh.config.yaml');
	const idsOf = ({services}: MeshStatus) =>
		services.find(({service}) => service === 'web')?.instances.map(({id}) => id);
	const client = keepAsking(scene);
	await writeFile(file, config.replace('web: {', 'web: { replicas: 3,'));
	await until(scene, status => idsOf(status)?.length === 3 && isWhole(status));
	while (!['web-1', 'web-2', 'web-3'].every(id => client.seen.includes(id))) {
		await sleep(20);
	}

	await writeFile(file, config);
	await until(scene, status => idsOf(status)?.length === 1 && isWhole(status));
	while ((await scene.engine.run('ps', '-aq', '--filter', `name=${scene.nameOf('web-[23]')}`)) !== '') {
		await sleep(20);
	}

	t.deepEqual([...new Set(await client.end())].toSorted(), ['web-1', 'web-2', 'web-3']);
	t.deepEqual(await scene.startsOf(...others), before);
});

test.serial('the status says what the container of an app uses', async t => {
	const busy = 'setInterval(() => { const end = Date.now() + 50; while (Date.now() < end); }, 100);';
	const scene = await start(
		t,
		config.replace('web: { port: 3000, build: ./app }', 'web: { port: 3000, build: ./busy }'),
		{
			'busy/Dockerfile': 'FROM node:26-slim\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]\n',
			'busy/main.mjs': `${app}${busy}`,
		},
	);
	const usageOf = (status: MeshStatus, id: string) => instanceOf(status, id)?.usage;
	const status = await until(scene, now => usageOf(now, 'web-1') !== undefined && usageOf(now, 'api-1') !== undefined);
	const [web, api] = [usageOf(status, 'web-1'), usageOf(status, 'api-1')];
	t.true((web?.cpus ?? 0) > (api?.cpus ?? 0), JSON.stringify([web, api]));
	t.true((api?.memoryBytes ?? 0) > 1024 * 1024, JSON.stringify(api));
	t.regex((await scene.user.devmesh('status')).stdout, /^CONTAINER +CPUS +MEMORY\nweb-1 +\d\.\d\d +\d+ MiB$/m);
});
