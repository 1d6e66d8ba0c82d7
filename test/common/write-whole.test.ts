import {readdir, readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {readJson} from '../../src/common/read-json.ts';
import {writeJson, writeWhole} from '../../src/common/write-whole.ts';
import {createProject} from '../support/project.ts';

test('a file is replaced in one step, for the eyes of its user alone', async t => {
	const folder = await createProject(t, {'ports.json': 'old'});
	const file = path.join(folder, 'ports.json');
	await writeWhole(file, 'new');
	t.is(await readFile(file, 'utf8'), 'new');
	t.is((await stat(file)).mode & 0o777, 0o600);
});

test('of many that write at once one wins whole, and no draft stays behind', async t => {
	const folder = await createProject(t, {});
	const file = path.join(folder, 'ports.json');
	const contents = Array.from({length: 20}, (_, index) => String(index).repeat(10_000));
	await Promise.all(contents.map(content => writeWhole(file, content)));
	t.true(contents.includes(await readFile(file, 'utf8')));
	t.deepEqual(await readdir(folder), ['ports.json']);
});

test('a file that cannot be written is an error and leaves no draft', async t => {
	const folder = await createProject(t, {'taken/inside': ''});
	await t.throwsAsync(writeWhole(path.join(folder, 'taken'), 'new'));
	t.deepEqual(await readdir(folder), ['taken']);
});

test('what was written as JSON is read again; what is missing or broken is nothing', async t => {
	const folder = await createProject(t, {'broken.json': '{"a":'});
	await writeJson(path.join(folder, 'ports.json'), {'web-1/app': 20_001});
	t.deepEqual(await readJson(path.join(folder, 'ports.json')), {'web-1/app': 20_001});
	t.is(await readJson(path.join(folder, 'missing.json')), undefined);
	t.is(await readJson(path.join(folder, 'broken.json')), undefined);
});

test('a file that may not be read is an error, not nothing', async t => {
	const folder = await createProject(t, {});
	await t.throwsAsync(readJson(folder), {code: 'EISDIR'});
});
