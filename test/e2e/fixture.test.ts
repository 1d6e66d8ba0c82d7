import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readdirSync} from 'node:fs';
import {rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import type * as Fixture from '../../src/testing/index.ts';
import {createProject} from '../support/project.ts';
import {createUser, repository} from '../support/user.ts';

const entry = pathToFileURL(path.join(repository, 'dist', 'testing', 'index.js')).href;
// As users have it: what was built.
const {startMesh} = (await import(entry)) as typeof Fixture;

const app = `
import {createServer} from 'node:http';
createServer((request, response) =>
	request.method === 'POST' ? request.pipe(response) : response.end(process.env.NAME),
).listen(process.env.PORT, '127.0.0.1');
`;

const service = (name: string) => ({port: 80, command: 'node app.mjs', env: {NAME: name}});

const createFolder = (t: ExecutionContext): Promise<string> => createProject(t, {'app.mjs': app});

// Of its own: what other suites leave, or have there at the moment, is not seen.
process.env['TMPDIR'] = mkdtempSync(path.join(tmpdir(), 'devmesh-fixture-'));
test.after.always(() => rm(tmpdir(), {recursive: true, force: true}));

/** Processes and files of the fixture that are there now. */
const leftovers = (): readonly string[] => {
	const meshes = path.join(tmpdir(), 'devmesh-mesh-');
	const processes = execFileSync('ps', ['-eo', 'pid,args'], {encoding: 'utf8'}).split('\n');
	const files = readdirSync(tmpdir()).map(name => path.join(tmpdir(), name));
	return [...processes.filter(line => line.includes(meshes)), ...files.filter(file => file.startsWith(meshes))];
};

/** Those of the ports at which somebody listens. */
const listening = (ports: readonly string[]): readonly string[] => {
	const open = execFileSync('ss', ['-Hltn'], {encoding: 'utf8'});
	return ports.filter(port => open.includes(`:${port} `));
};

test.serial('a mesh of a value: services, ingress, faults and requests; then nothing of it', async t => {
	const folder = await createFolder(t);
	const mesh = await startMesh(
		{
			services: {web: service('web'), api: service('api')},
			ingress: [{host: 'shop.localhost', routes: [{match: [{path: {prefix: '/'}}], backends: [{to: 'web'}]}]}],
		},
		{folder},
	);
	t.teardown(mesh.stop);
	t.is(await (await mesh.fetch('api', '/x')).text(), 'api');
	t.is(await (await fetch(mesh.url('web'))).text(), 'web');
	t.is(await (await mesh.ingress.fetch('http://shop.localhost/cart?a=b')).text(), 'web');
	const form = new FormData();
	form.set('paid', 'yes');
	const echoed = await mesh.ingress.fetch('http://shop.localhost/pay', {method: 'POST', body: form});
	t.regex(await echoed.text(), /name="paid"\r\n\r\nyes\r\n/);
	t.throws(() => mesh.url('nobody'), {code: 'DM7001', message: 'there is no service "nobody"'});
	t.deepEqual(
		(await mesh.requests()).map(({caller, destination, path: asked}) => [caller, destination, asked]),
		[
			['host', 'api', '/x'],
			['host', 'web', '/'],
			['gateway', 'web', '/cart?a=b'],
			['gateway', 'web', '/pay'],
		],
	);

	const status = async (): Promise<number> => (await mesh.fetch('api', '/')).status;
	t.is(await mesh.fault({to: 'api', abort: {status: 418}}, status), 418);
	t.is(await status(), 200);
	await t.throwsAsync(
		mesh.fault({to: 'api', abort: {status: 418}}, async () => {
			throw new Error('a test that fails');
		}),
		{message: 'a test that fails'},
	);
	t.is(await status(), 200);
	{
		await using fault = await mesh.fault({to: 'api', abort: {status: 418}});
		t.is(fault.to, 'api');
		t.is(await status(), 418);
	}

	t.is(await status(), 200);
	const cleared = await mesh.fault({to: 'api', abort: {status: 418}});
	await mesh.api.clearFaults();
	await t.notThrowsAsync(cleared.clear());
	const outlived = await mesh.fault({to: 'api', abort: {status: 418}});
	await mesh.stop();
	await mesh.stop();
	await t.notThrowsAsync(outlived.clear());
	t.deepEqual(leftovers(), []);
});

test.serial(
	'a config with a mistake is told with its place, a service that ends with its last lines; and nothing stays',
	async t => {
		const folder = await createFolder(t);
		await t.throwsAsync(startMesh({services: {web: {prot: 80}}} as never, {folder}), {
			code: 'DM3003',
			message: /mesh\.config\.yaml:\d+:\d+ +DM1101 +there is no key "prot".*Did you mean port/s,
		});
		await t.throwsAsync(
			startMesh(
				{
					services: {
						web: {port: 80, command: ['node', '-e', 'console.log("no money"); process.exit(3)'], restart: 'no'},
					},
				},
				{folder},
			),
			{code: 'DM6016', message: 'web-1 did not become ready: exited with 3\n  no money'},
		);
		await t.throwsAsync(
			startMesh(
				{services: {web: {port: 80, command: ['node', '-e', 'setInterval(() => {}, 1000)']}}},
				{folder, timeoutMs: 1500},
			),
			{code: 'DM6016', message: 'the mesh was not ready in time'},
		);
		t.deepEqual(leftovers(), []);
	},
);

test.serial('meshes of one process stand side by side without knowing each other', async t => {
	const folder = await createFolder(t);
	const meshes = await Promise.all(
		['one', 'two', 'three'].map(name => startMesh({services: {api: service(name)}}, {folder})),
	);
	t.teardown(() => Promise.all(meshes.map(mesh => mesh.stop())));
	t.deepEqual(await Promise.all(meshes.map(async mesh => (await mesh.fetch('api', '/')).text())), [
		'one',
		'two',
		'three',
	]);
	const [first] = meshes;
	await first?.fault({to: 'api', abort: {status: 503}});
	t.deepEqual(await Promise.all(meshes.map(async mesh => (await mesh.fetch('api', '/')).status)), [503, 200, 200]);
	t.deepEqual(await Promise.all(meshes.map(async mesh => (await mesh.requests()).length)), [2, 2, 2]);
	await Promise.all(meshes.map(mesh => mesh.stop()));
	t.deepEqual(leftovers(), []);
});

test.serial('50 meshes, four at a time, leave no process, no port, no file and no timer behind', async t => {
	const folder = await createFolder(t);
	const suite = path.join(folder, 'suite.mjs');
	await writeFile(
		suite,
		`import {startMesh} from ${JSON.stringify(entry)};
let left = 50;
const ports = [];
await Promise.all(Array.from({length: 4}, async () => {
	while (left-- > 0) {
		const mesh = await startMesh({services: {api: ${JSON.stringify(service('api'))}}}, {folder: ${JSON.stringify(folder)}});
		if (await (await mesh.fetch('api', '/')).text() !== 'api') throw new Error('not api');
		ports.push(new URL(mesh.url('api')).port);
		await mesh.stop();
	}
}));
const timers = process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
console.log(JSON.stringify({ports, timers}));
`,
	);
	// That it ends by itself says that nothing keeps it: no timer, no socket.
	const child = spawn(process.execPath, [suite], {stdio: ['ignore', 'pipe', 'inherit']});
	let output = '';
	child.stdout.on('data', chunk => {
		output += chunk;
	});
	t.deepEqual(await once(child, 'close'), [0, null]);
	const {ports, timers} = JSON.parse(output) as {readonly ports: readonly string[]; readonly timers: number};
	t.is(ports.length, 50);
	t.is(timers, 0);
	t.deepEqual(leftovers(), []);
	t.deepEqual(listening(ports), []);
});

test.serial('a test process that is killed takes its mesh along', async t => {
	const folder = await createFolder(t);
	const suite = path.join(folder, 'suite.mjs');
	await writeFile(
		suite,
		`import {startMesh} from ${JSON.stringify(entry)};
await startMesh({services: {api: ${JSON.stringify(service('api'))}}}, {folder: ${JSON.stringify(folder)}});
console.log('ready');
setInterval(() => {}, 1000);
`,
	);
	const child = spawn(process.execPath, [suite], {stdio: ['ignore', 'pipe', 'inherit']});
	await once(child.stdout, 'data');
	t.true(leftovers().length > 0);
	child.kill('SIGKILL');
	while (leftovers().length > 0) {
		await new Promise(resolve => setTimeout(resolve, 20));
	}

	t.pass();
});

test.serial('`devmesh run` hands the addresses on and gives the exit code of the command', async t => {
	const folder = await createProject(t, {
		'app.mjs': app,
		'mesh.config.yaml': 'services:\n  my-api: { port: 80, command: node app.mjs, env: { NAME: me } }\n',
	});
	const user = await createUser(t, folder);
	const done = await user.devmesh(
		'run',
		'--',
		'node',
		'-e',
		"const {MY_API_URL: url, MY_API_HOST: host, MY_API_PORT: port} = process.env; fetch(url).then(r => r.text()).then(text => {console.log(text, url === 'http://' + host + ':' + port); process.exit(7)})",
	);
	t.is(done.code, 7, done.stderr);
	t.is(done.stdout, 'me true\n');
	const killed = await user.devmesh('run', '--', 'sh', '-c', 'kill -9 $$');
	t.is(killed.code, 137);
	const missing = await user.devmesh('run', '--', 'no-such-program');
	t.is(missing.code, 1);
	t.regex(missing.stderr, /DM6026 {2}no-such-program cannot be started: there is no such program/);
	const nothing = await user.devmesh('run');
	t.is(nothing.code, 2);
	t.deepEqual(leftovers(), []);
});

test.serial('a process that was blocked for longer than idle connections live stops its mesh all the same', async t => {
	const folder = await createFolder(t);
	const mesh = await startMesh({services: {api: service('api')}}, {folder});
	t.teardown(mesh.stop);
	await mesh.status();
	// The API closes idle connections after five seconds; here, nobody can take notice.
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 7000);
	await mesh.stop();
	t.deepEqual(leftovers(), []);
});

test.serial('a signal to `devmesh run` ends the command, then the mesh', async t => {
	const folder = await createProject(t, {
		'app.mjs': app,
		'mesh.config.yaml': 'services:\n  api: { port: 80, command: node app.mjs, env: { NAME: me } }\n',
	});
	const user = await createUser(t, folder);
	const running = user.start('run', '--', 'node', '-e', 'console.log("begun"); setInterval(() => {}, 1000)');
	await running.until(/begun/);
	running.child.kill('SIGTERM');
	t.is(await running.exit, 143);
	t.deepEqual(leftovers(), []);
});

test.serial('a Ctrl-C sent to `devmesh run` reaches the command as what it is', async t => {
	const folder = await createProject(t, {
		'app.mjs': app,
		'mesh.config.yaml': 'services:\n  api: { port: 80, command: node app.mjs, env: { NAME: me } }\n',
	});
	const user = await createUser(t, folder);
	const command = `
		process.on('SIGINT', () => process.exit(5)).on('SIGTERM', () => process.exit(6));
		setInterval(() => {}, 1000);
		console.log('begun');
	`;
	const running = user.start('run', '--', 'node', '-e', command);
	await running.until(/begun/);
	running.child.kill('SIGINT');
	t.is(await running.exit, 5);
	t.deepEqual(leftovers(), []);
});

test.serial('a Ctrl-C while `devmesh run` is still starting ends it as a Ctrl-C does, and says so', async t => {
	const folder = await createProject(t, {
		'idle.mjs': 'setInterval(() => {}, 1000);',
		'mesh.config.yaml': 'services:\n  api: { port: 80, command: node idle.mjs }\n',
	});
	const user = await createUser(t, folder);
	const running = user.start('run', '--', 'echo', 'begun');
	await running.until(/api-1/);
	running.child.kill('SIGINT');
	t.is(await running.exit, 130);
	t.regex(running.output(), /^stopped by SIGINT while the mesh was starting: echo did not run$/m);
	t.notRegex(running.output(), /DM\d{4}|begun/);
	t.deepEqual(leftovers(), []);
});
