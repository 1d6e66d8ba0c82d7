import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdir} from 'node:fs/promises';
import process from 'node:process';
import test from 'ava';
import {isBeingStarted, markStart} from '../../src/mesh/start-mark.ts';
import {stateFolderOf} from '../../src/mesh/state-folder.ts';
import {createProject} from '../support/project.ts';

test('a mesh is being started until every start has come to its end', async t => {
	const state = stateFolderOf(await createProject(t, {}), 'shop-12345678');
	t.false(await isBeingStarted(state));
	const [one, other] = await Promise.all([markStart(state, process.pid), markStart(state, process.pid)]);
	t.true(await isBeingStarted(state));
	await one();
	t.true(await isBeingStarted(state));
	await other();
	t.false(await isBeingStarted(state));
});

test('the mark of a process that was killed holds no longer, and is removed', async t => {
	const state = stateFolderOf(await createProject(t, {}), 'shop-12345678');
	const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
	await markStart(state, child.pid ?? 0);
	t.true(await isBeingStarted(state));
	child.kill('SIGKILL');
	await once(child, 'exit');
	t.false(await isBeingStarted(state));
	t.deepEqual(await readdir(state.folder), []);
});
