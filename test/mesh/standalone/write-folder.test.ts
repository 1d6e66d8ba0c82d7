import {readdir, readFile, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {markerFile, writeFolder} from '../../../src/mesh/standalone/write-folder.ts';
import {createProject} from '../../support/project.ts';

const files = [
	{path: 'compose.yaml', content: 'services: {}\n'},
	{path: 'sidecars/web-1.json', content: '{}\n', mode: 0o600},
];

test('keys are for the eyes of the user alone, also where an older file was for everybody', async t => {
	const folder = path.join(await createProject(t, {}), 'deep', 'out');
	for (const round of [1, 2]) {
		await writeFolder(folder, files, {isForced: false});
		t.is((await stat(path.join(folder, 'sidecars/web-1.json'))).mode & 0o777, 0o600, `round ${round}`);
		await writeFile(path.join(folder, 'sidecars/web-1.json'), '');
	}
});

test('a folder of somebody else is refused, and with force written into; an empty one is taken', async t => {
	const folder = await createProject(t, {'notes.txt': 'mine'});
	await t.throwsAsync(writeFolder(folder, files, {isForced: false}), {
		message: /is not empty, and was not written by devmesh$/,
	});
	t.deepEqual(await readdir(folder), ['notes.txt']);
	await writeFolder(folder, files, {isForced: true});
	t.is(await readFile(path.join(folder, 'notes.txt'), 'utf8'), 'mine');
	await t.notThrowsAsync(writeFolder(await createProject(t, {}), files, {isForced: false}));
});

test('what an older export wrote and a newer one does not is removed; what others put there stays', async t => {
	const folder = await createProject(t, {});
	await writeFolder(folder, files, {isForced: false});
	await writeFile(path.join(folder, 'mine.txt'), '');
	await writeFolder(folder, files.slice(0, 1), {isForced: false});
	t.deepEqual((await readdir(folder)).sort(), [markerFile, 'compose.yaml', 'mine.txt', 'sidecars']);
	t.deepEqual(await readdir(path.join(folder, 'sidecars')), []);
});

test('a list that was tampered with removes nothing outside', async t => {
	const folder = await createProject(t, {'mine.txt': '', [`out/${markerFile}`]: '{"files": ["../mine.txt"]}'});
	await writeFolder(path.join(folder, 'out'), files, {isForced: false});
	t.is(await readFile(path.join(folder, 'mine.txt'), 'utf8'), '');
});
