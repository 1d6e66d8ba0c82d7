import {execFileSync} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {MeshStatus} from '../../../src/model/mesh-status.ts';
import {createProject} from '../../support/project.ts';
import {startTestEngine, type TestEngine} from '../../support/test-engine.ts';
import {createUser, readJson, type User} from '../../support/user.ts';

const app = `
import http from 'node:http';
http.createServer((request, response) => response.end('hi')).listen(3000);
process.on('SIGTERM', () => process.exit(0));
`;

interface Scene {
	readonly engine: TestEngine;
	readonly user: User;
	readonly folder: string;
	readonly id: string;
}

/** What a mesh has made: objects of the engine, processes, ports of this machine that it listens at. */
const tracesOf = async ({engine, user, folder, id}: Scene): Promise<readonly string[]> => {
	const ofMesh = ['--filter', `label=dev.devmesh.mesh=${id}`];
	const objects = await Promise.all(
		[
			['ps', '-aq', ...ofMesh],
			['network', 'ls', '-q', ...ofMesh],
			['volume', 'ls', '-q', ...ofMesh],
		].map(async list => (await engine.run(...list)).split('\n')),
	);
	const processes = execFileSync('ps', ['-eo', 'args'], {encoding: 'utf8'})
		.split('\n')
		.filter(line => line.includes(user.home) || line.includes(folder));
	const {ports = {}} = await readJson<{readonly ports?: Readonly<Record<string, number>>}>(
		path.join(user.home, id, 'ports.json'),
	).catch(() => ({ports: {}}));
	const listening = execFileSync('ss', ['-Hltn'], {encoding: 'utf8'});
	const open = Object.values(ports).filter(port => new RegExp(`:${port}\\s`).test(listening));
	return [...objects.flat().filter(Boolean), ...processes, ...open.map(String)];
};

const start = async (t: ExecutionContext): Promise<Scene> => {
	const engine = await startTestEngine();
	const folder = await createProject(t, {
		'mesh.config.yaml':
			'services:\n  web: { port: 3000, build: ./web }\ningress:\n  - { host: web.localhost, to: web }\n',
		'web/Dockerfile': 'FROM node:26-slim\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]\n',
		'web/main.mjs': app,
	});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	const scene = {engine, user, folder, id: meshIdOf(path.join(folder, 'mesh.config.yaml'))};
	t.deepEqual(await tracesOf(scene), []);
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	t.true((await tracesOf(scene)).length > 5, 'the mesh is seen while it runs');
	return scene;
};

const crashes: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
	'no crash': async () => {},
	'its app was killed': ({engine, id}) => engine.run('kill', `${id}-web-1`),
	'its sidecar was killed': ({engine, id}) => engine.run('kill', `${id}-web-1-sidecar`),
	'its pause was killed': ({engine, id}) => engine.run('kill', `${id}-web-1-pause`),
	'its gateway was killed': ({engine, id}) => engine.run('kill', `${id}-gateway`),
	'its proxy process was killed': async ({user}) =>
		process.kill((await user.json<MeshStatus>('status')).proxy?.pid ?? 0, 'SIGKILL'),
	'its control plane was killed': async ({user}) =>
		process.kill((await user.json<MeshStatus>('status')).controlPlane.pid, 'SIGKILL'),
	'its control plane was killed, and then its pause': async ({engine, id, user}) => {
		process.kill((await user.json<MeshStatus>('status')).controlPlane.pid, 'SIGKILL');
		await engine.run('kill', `${id}-web-1-pause`);
	},
	'its engine was killed and came back': ({engine}) => engine.crash(),
};

for (const [what, crash] of Object.entries(crashes)) {
	test.serial(`down leaves nothing of a mesh: ${what}`, async t => {
		const scene = await start(t);
		await crash(scene);
		const down = await scene.user.devmesh('down');
		t.is(down.code, 0, down.stdout + down.stderr);
		t.deepEqual(await tracesOf(scene), []);
	});
}
