import {mkdtemp, rename, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {ms} from '../../src/common/units.ts';
import {readConfig} from '../../src/config/read-config.ts';
import {readCompose} from '../../src/interop/compose/create-compose-reader.ts';
import {watchConfig} from '../../src/mesh/watch-config.ts';
import {createProject} from '../support/project.ts';

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

test('a change of a compose file is noticed, also of one that the config names later', async t => {
	const folder = await createProject(t, {
		'mesh.config.yaml': 'compose: compose.yaml\n',
		'compose.yaml': 'services: { web: { image: nginx, env_file: web.env } }\n',
		'more.yaml': 'services: { db: { image: postgres } }\n',
		'web.env': 'A=1\n',
	});
	const file = path.join(folder, 'mesh.config.yaml');
	const {files} = await readConfig(file, {}, readCompose);
	let onChange = () => {};
	const change = () =>
		new Promise<void>(resolve => {
			onChange = resolve;
		});
	const watch = watchConfig(files, systemClock, () => onChange());
	t.teardown(watch.close);
	await watch.ready;
	for (const name of ['compose.yaml', 'web.env', '.env']) {
		const noticed = change();
		await writeFile(path.join(folder, name), '# changed\n');
		await t.notThrowsAsync(noticed, name);
	}

	await writeFile(file, 'compose: [compose.yaml, more.yaml]\n');
	watch.follow((await readConfig(file, {}, readCompose)).files);
	const noticed = change();
	const writing = new AbortController();
	// Nobody tells when a file that was added is watched.
	const write = async (): Promise<void> => {
		while (!writing.signal.aborted) {
			await writeFile(path.join(folder, 'more.yaml'), 'services: {}\n');
			await systemClock.sleep(ms(60));
		}
	};
	const written = write();
	await noticed;
	writing.abort();
	await t.notThrowsAsync(written);
});
