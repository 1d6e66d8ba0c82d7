import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {MeshStatus} from '../../../src/model/mesh-status.ts';
import {createProject} from '../../support/project.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

const dockerfile = (...ports: readonly string[]): string =>
	`FROM node:26-slim\nCOPY main.mjs /\nEXPOSE ${ports.join(' ')}\nCMD ["node", "/main.mjs", ${ports.map(port => `"${Number.parseInt(port, 10)}"`).join(', ')}]\n`;

/** Listens at the ports that its image says. */
const app = `
import http from 'node:http';
import os from 'node:os';
console.log('started, told of ' + (process.env.PORT ?? 'no port'));
for (const port of process.argv.slice(2)) {
	http.createServer((request, response) => response.end(os.hostname() + ' at ' + port)).listen(port);
}
`;

const image = 'devmesh-test/exposes';

// No service says where it listens.
const compose = `services:
  present: { image: ${image}, pull_policy: never, init: true }
  built: { build: ./built, init: true }
  caller: { build: ./caller, init: true }
  patient: { image: ${image}, pull_policy: never, init: true, depends_on: [built] }
`;

test.serial('a service whose file says no port is called at those that its image exposes', async t => {
	const engine = await startTestEngine();
	const folder = await createProject(t, {
		'mesh.config.yaml': 'compose: compose.yaml\n',
		'compose.yaml': compose,
		'present/Dockerfile': dockerfile('8080/tcp', '9090'),
		'present/main.mjs': app,
		'built/Dockerfile': dockerfile('8081/tcp', '5353/udp'),
		'built/main.mjs': app,
		'caller/Dockerfile': dockerfile('3000'),
		'caller/main.mjs': app,
	});
	await engine.run('build', '--tag', image, path.join(folder, 'present'));
	t.teardown(() => engine.run('image', 'rm', '--force', image));
	const configFile = path.join(folder, 'mesh.config.yaml');
	const id = meshIdOf(configFile);
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	// Nobody has built it before, on this machine.
	t.teardown(() => engine.run('image', 'rm', '--force', `devmesh-${id}-built`, `devmesh-${id}-caller`));
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	const call = (url: string, caller = 'caller'): Promise<string> =>
		engine.run(
			...['exec', `${id}-${caller}-1`, 'node', '-e'],
			`fetch('${url}').then(async r => console.log(r.status, await r.text()), error => console.log(error.cause.code))`,
		);
	for (const [url, answer] of [
		['http://present:8080/', '200 present-1 at 8080'],
		['http://present:9090/', '200 present-1 at 9090'],
		['http://built:8081/', '200 built-1 at 8081'],
	] as const) {
		t.is(await call(url), answer);
	}

	t.is(await call('http://built:8081/', 'patient'), '200 built-1 at 8081', 'known to one whose pod was there before');
	t.is(await call('http://built:8082/'), 'ECONNREFUSED');
	const {services} = await user.json<MeshStatus>('status');
	const built = services.find(({service}) => service === 'built');
	t.is(await (await fetch(built?.hostUrl ?? '')).text(), 'built-1 at 8081');

	// What became known of its image while it was built is no reason to start it again, nor for the next control plane.
	const starts = async (): Promise<readonly string[] | null> =>
		(await readFile(path.join(user.home, id, 'logs', 'built-1.log'), 'utf8')).match(/started.*/g);
	t.deepEqual(await starts(), ['started, told of no port']);
	const plan = await user.json<{readonly lines: readonly string[]}>('plan');
	t.deepEqual(plan.lines, ['nothing to start or stop (4 unchanged)']);
	process.kill((await user.json<MeshStatus>('status')).controlPlane.pid, 'SIGKILL');
	const again = await user.devmesh('up', '-d');
	t.is(again.code, 0, again.stdout + again.stderr);
	t.is(await call('http://built:8081/'), '200 built-1 at 8081');
	t.deepEqual(await starts(), ['started, told of no port']);
});
