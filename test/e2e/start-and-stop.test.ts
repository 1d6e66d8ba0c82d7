import {execFileSync} from 'node:child_process';
import {readdir} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import test from 'ava';
import type {MeshStatus} from '../../src/model/mesh-status.ts';
import {startBookinfo} from '../support/bookinfo.ts';
import {createBookinfo} from '../support/project.ts';
import {createUser} from '../support/user.ts';

/** Processes, listening ports and temporary files of this machine, as far as they tell of this user's mesh. */
const traces = async (home: string, folder: string): Promise<readonly string[]> => {
	const processes = execFileSync('ps', ['-eo', 'args'], {encoding: 'utf8'})
		.split('\n')
		.filter(line => line.includes(home) || line.includes(folder));
	const temporary = (await readdir(tmpdir())).filter(
		name =>
			name.startsWith('devmesh-') &&
			!home.endsWith(name) &&
			!folder.endsWith(name) &&
			!/^devmesh-(home|project)-/.test(name),
	);
	return [...processes, ...temporary];
};

const listening = (): ReadonlySet<string> =>
	new Set(
		execFileSync('ss', ['-Hltn'], {encoding: 'utf8'})
			.split('\n')
			.map(line => line.trim().split(/\s+/)[3] ?? '')
			.filter(address => /:(2\d|3[01])\d{3}$/.test(address)),
	);

test.serial('nothing is left after down: no process, no port, no temporary file', async t => {
	const folder = await createBookinfo(t);
	const user = await createUser(t, folder);
	const before = {traces: await traces(user.home, folder), ports: listening()};
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	t.true((await traces(user.home, folder)).length > before.traces.length, 'the mesh is seen while it runs');
	t.true(listening().size > before.ports.size);
	t.is((await user.devmesh('down')).code, 0);
	t.deepEqual(await traces(user.home, folder), before.traces);
	t.deepEqual(listening(), before.ports);
	const [mesh = ''] = (await readdir(user.home)).filter(name => name !== 'ca');
	t.deepEqual(await readdir(`${user.home}/${mesh}`), ['ports.json'], 'only the ports are remembered');
});

test.serial('two copies of one project run side by side without a flag', async t => {
	const [one, two] = await Promise.all([startBookinfo(t), startBookinfo(t)]);
	const [first, second] = await Promise.all([one.status(), two.status()]);
	t.true(first.ready && second.ready);
	const urls = (status: MeshStatus) => status.urls.map(({url}) => url);
	t.deepEqual(
		urls(first).filter(url => urls(second).includes(url)),
		[],
		'each has addresses of its own',
	);
});

test.serial('ports stay the same over down and up', async t => {
	const mesh = await startBookinfo(t);
	const before = (await mesh.status()).services.map(({hostUrl}) => hostUrl);
	await mesh.user.devmesh('down');
	await mesh.user.devmesh('up', '-d');
	t.deepEqual(
		(await mesh.status()).services.map(({hostUrl}) => hostUrl),
		before,
	);
});
