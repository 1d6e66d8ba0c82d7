import {mkdtemp, rename, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {watchConfig} from '../../src/mesh/watch-config.ts';

const createFile = async (t: ExecutionContext, name = 'mesh.config.yaml') => {
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-watch-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	const file = path.join(folder, name);
	await writeFile(file, 'version: 1\n');
	return file;
};

const watchOnce = async (t: ExecutionContext, file: string) => {
	let changes = 0;
	let onChange = () => {};
	const changed = new Promise<void>(resolve => {
		onChange = resolve;
	});
	const watch = watchConfig([file], systemClock, () => {
		changes++;
		onChange();
	});
	t.teardown(watch.close);
	await watch.ready;
	return {changed, changes: () => changes};
};

test('a write in place is noticed', async t => {
	const file = await createFile(t);
	const {changed} = await watchOnce(t, file);
	await writeFile(file, 'version: 1\nname: a\n');
	await t.notThrowsAsync(changed);
});

test('a file that an editor replaces is noticed', async t => {
	const file = await createFile(t);
	const {changed} = await watchOnce(t, file);
	await writeFile(`${file}.new`, 'version: 1\nname: b\n');
	await rename(`${file}.new`, file);
	await t.notThrowsAsync(changed);
});

test('a second replacement is noticed, too', async t => {
	const file = await createFile(t);
	const first = await watchOnce(t, file);
	await writeFile(`${file}.new`, 'version: 1\nname: b\n');
	await rename(`${file}.new`, file);
	await first.changed;
	const second = await watchOnce(t, file);
	await writeFile(`${file}.new`, 'version: 1\nname: c\n');
	await rename(`${file}.new`, file);
	await t.notThrowsAsync(second.changed);
});

test('a symbolic link that is swapped is noticed', async t => {
	const target = await createFile(t, 'one.yaml');
	const other = path.join(path.dirname(target), 'two.yaml');
	const link = path.join(path.dirname(target), 'mesh.config.yaml');
	await writeFile(other, 'version: 1\nname: two\n');
	await symlink(target, link);
	const {changed} = await watchOnce(t, link);
	await symlink(other, `${link}.new`);
	await rename(`${link}.new`, link);
	await t.notThrowsAsync(changed);
});
