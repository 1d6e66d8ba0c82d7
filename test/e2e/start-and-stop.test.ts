import {execFileSync} from 'node:child_process';
import {mkdtempSync} from 'node:fs';
import {readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import type {MeshStatus} from '../../src/model/mesh-status.ts';
import {startBookinfo} from '../support/bookinfo.ts';
import {createBookinfo} from '../support/project.ts';
import {createUser, readJson} from '../support/user.ts';

// Of its own: what other suites leave, or have there at the moment, is not seen.
process.env['TMPDIR'] = mkdtempSync(path.join(tmpdir(), 'devmesh-start-'));
test.after.always(() => rm(tmpdir(), {recursive: true, force: true}));

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

const listening = (): ReadonlySet<number> =>
	new Set(
		execFileSync('ss', ['-Hltn'], {encoding: 'utf8'})
			.split('\n')
			.map(line => Number(/:(\d+)$/.exec(line.trim().split(/\s+/)[3] ?? '')?.[1])),
	);

/** The ports that the mesh has of its own, listening or not. */
const portsOf = async (home: string): Promise<readonly number[]> => {
	const [mesh = ''] = (await readdir(home)).filter(name => name !== 'ca');
	const {ports} = await readJson<{readonly ports: Readonly<Record<string, number>>}>(
		path.join(home, mesh, 'ports.json'),
	);
	return Object.values(ports);
};

test.serial('nothing is left after down: no process, no port, no temporary file', async t => {
	const folder = await createBookinfo(t);
	const user = await createUser(t, folder);
	const before = await traces(user.home, folder);
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	t.true((await traces(user.home, folder)).length > before.length, 'the mesh is seen while it runs');
	const ports = await portsOf(user.home);
	t.deepEqual(
		ports.filter(port => !listening().has(port)),
		[],
		'every port of the mesh is in use while it runs',
	);
	t.is((await user.devmesh('down')).code, 0);
	t.deepEqual(await traces(user.home, folder), before);
	t.deepEqual(
		ports.filter(port => listening().has(port)),
		[],
		'and none of them afterwards',
	);
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

test.serial('one service is restarted by its name, and nothing else', async t => {
	const {user, status} = await startBookinfo(t);
	const pidsOf = async () =>
		new Map((await status()).services.flatMap(({instances}) => instances.map(({id, pid}) => [id, pid])));
	const before = await pidsOf();
	const restart = await user.devmesh('restart', 'reviews/reviews-v2-1');
	t.is(restart.code, 0, restart.stdout + restart.stderr);
	const after = await pidsOf();
	t.deepEqual(
		[...after].filter(([id, pid]) => before.get(id) !== pid).map(([id]) => id),
		['reviews-v2-1'],
	);
	t.true((await status()).ready);
});
