import {execFile} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import test from 'ava';
import type {MeshStatus} from '../../src/model/mesh-status.ts';
import {statusOf} from '../support/bookinfo.ts';
import {repository} from '../support/user.ts';

const run = promisify(execFile);

/** What a user's shell has: without this repository's own Node before the machine's. */
const machinePath = (process.env['PATH'] ?? '')
	.split(path.delimiter)
	.filter(folder => !folder.startsWith(repository))
	.join(path.delimiter);

/** What npm and the test runner set for the programs that they run; where the registry is stays. */
const ofThisRun =
	/^(npm_(?!config_(registry|cache|userconfig|cafile|https?_proxy|proxy|noproxy)$)|NODE_(OPTIONS|V8_COVERAGE|ENV)$|AVA)/i;

test('a fresh clone is up after one command, whatever Node the machine has', async t => {
	t.timeout(170_000);
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-clone-'));
	const home = await mkdtemp(path.join(tmpdir(), 'devmesh-home-'));
	const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofThisRun.test(name)));
	const clone = {
		cwd: path.join(folder, 'devmesh'),
		env: {...env, PATH: machinePath, DEVMESH_HOME: home, NO_COLOR: '1'},
	};
	t.teardown(async () => {
		await run('node_modules/.bin/node', ['bin/devmesh.js', 'down'], clone).catch((error: Error) =>
			t.log(error.message),
		);
		await rm(folder, {recursive: true, force: true});
		await rm(home, {recursive: true, force: true});
	});
	await run('git', ['clone', '--quiet', repository, clone.cwd]);

	const {stdout} = await run('npm', ['start', '--', '-d'], clone);
	t.regex(stdout, /bookinfo is ready\./);
	const url = /http:\/\/bookinfo\.localhost:(\d+)\//.exec(stdout);
	t.is(await statusOf(`http://127.0.0.1:${url?.[1]}/`, undefined, {host: new URL(url?.[0] ?? '').host}), 200);

	const status = await run('node_modules/.bin/node', ['bin/devmesh.js', 'status', '--json'], clone);
	t.true((JSON.parse(status.stdout) as MeshStatus).ready);
});

for (const version of ['18.20.8', '20.20.2', '22.21.0', '23.11.0', '25.9.0']) {
	test(`Node ${version} gets one sentence and exit code 1, no stack trace`, async t => {
		const pretend = `Object.defineProperty(process.versions, 'node', {value: '${version}'})`;
		const args = ['--import', `data:text/javascript,${pretend}`, path.join(repository, 'bin', 'devmesh.js'), 'status'];
		const error = await t.throwsAsync<Error & {code: number; stderr: string}>(run(process.execPath, args));
		t.is(error?.code, 1);
		t.is(error?.stderr, `devmesh needs Node 22.22+, 24.12+ or 26 or newer; this is Node ${version}.\n`);
	});
}
