import {readdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {lockHolder, takeLock} from '../../src/mesh/lock.ts';
import {createProject} from '../support/project.ts';

test('a mesh has one control plane: the second one is told who runs it', async t => {
	const file = path.join(await createProject(t, {}), 'lock');
	await takeLock(file, process.pid);
	t.is(await lockHolder(file), process.pid);
	t.like(await t.throwsAsync(takeLock(file, process.pid)), {
		code: 'DM3002',
		message: `this mesh is run by process ${process.pid} already`,
	});
});

test('of many that come at once, one takes the lock', async t => {
	const folder = await createProject(t, {});
	const file = path.join(folder, 'lock');
	const results = await Promise.allSettled(Array.from({length: 20}, () => takeLock(file, process.pid)));
	t.is(results.filter(({status}) => status === 'fulfilled').length, 1);
	t.deepEqual(await readdir(folder), ['lock'], 'no drafts are left');
});

for (const left of ['', '999999999 long ago', `${process.pid} another time`]) {
	test(`what a killed control plane left behind ("${left}") is no lock`, async t => {
		const folder = await createProject(t, {});
		const file = path.join(folder, 'lock');
		await writeFile(file, left);
		t.is(await lockHolder(file), undefined);
		const unlock = await takeLock(file, process.pid);
		t.regex(await readFile(file, 'utf8'), new RegExp(`^${process.pid} `));
		await unlock();
		t.deepEqual(await readdir(folder), []);
	});
}
