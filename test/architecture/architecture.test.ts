import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {repository} from '../support/user.ts';
import {findOffences, type SourceFiles} from './find-offences.ts';
import {doors} from './rules.ts';

const readSources = async (): Promise<SourceFiles> => {
	const src = path.join(repository, 'src');
	const names = (await readdir(src, {recursive: true})).filter(name => /\.(ts|js|mjs)$/.test(name));
	return new Map(
		await Promise.all(
			names.map(async name => [name.replaceAll(path.sep, '/'), await readFile(path.join(src, name), 'utf8')] as const),
		),
	);
};

test('the sources keep to the order of the folders and to the one-door rules', async t => {
	const files = await readSources();
	t.true(files.size > 50, `${files.size} files were read`);
	t.deepEqual(findOffences(files), []);
});

test('every package that devmesh depends on has its door', async t => {
	const {dependencies} = JSON.parse(await readFile(path.join(repository, 'package.json'), 'utf8')) as {
		dependencies: Record<string, string>;
	};
	const withoutDoor = Object.keys(dependencies).filter(name => !doors.some(({isBehind}) => isBehind(name)));
	t.deepEqual(withoutDoor, []);
});

const offencesIn = (file: string, text: string): readonly string[] => findOffences(new Map([[file, text]]));

test('an import from a folder of a higher rank, or of the same rank, is found', t => {
	t.deepEqual(offencesIn('routing/route.ts', `import {x} from '../model/snapshot.ts';`), [
		'routing/route.ts imports model/snapshot.ts: model/ (rank 3) is not below routing/ (rank 2)',
	]);
	t.deepEqual(offencesIn('sidecar/main.ts', `import type {X} from '../control/publisher.ts';`), [
		'sidecar/main.ts imports control/publisher.ts: control/ (rank 5) is not below sidecar/ (rank 5)',
	]);
	t.deepEqual(offencesIn('mesh/start.ts', `import {\n\ta,\n\tb,\n} from '../control/publisher.ts';`), []);
});

test('the control plane may not know the data plane, though it stands above it', t => {
	t.deepEqual(offencesIn('control/publisher.ts', `export {x} from '../dataplane/proxy.ts';`), [
		'control/publisher.ts imports dataplane/proxy.ts: control/ and dataplane/ never know each other',
	]);
});

test('an import behind a door is found in each of its forms', t => {
	const message = 'filters/retry.ts imports undici: HTTP engines come in only through dataplane/engine/, admin/';
	for (const text of [
		`import {request} from 'undici';`,
		`import 'undici';`,
		`export * from "undici";`,
		`const engine = await import('undici');`,
		`type Agent = import('undici').Agent;`,
	]) {
		t.deepEqual(offencesIn('filters/retry.ts', text), [message], text);
	}

	t.deepEqual(offencesIn('dataplane/engine/forward.ts', `import {request} from 'undici';`), []);
});

test('time, chance and the environment are found where they do not belong, and only in code', t => {
	t.is(offencesIn('control/a.ts', 'const at = Date.now();').length, 1);
	t.is(offencesIn('control/a.ts', 'setTimeout(run, 5);').length, 1);
	t.is(offencesIn('control/a.ts', 'const {env} = process;').length, 1);
	t.is(offencesIn('control/a.ts', 'process.env.HOME').length, 1);
	t.is(offencesIn('control/a.ts', 'let count = 0;').length, 1);
	t.deepEqual(offencesIn('control/a.ts', '// Not Date.now(): it jumps.\nsocket.setTimeout(5);'), []);
	t.deepEqual(offencesIn('cli/a.ts', 'process.env.HOME'), []);
	t.deepEqual(offencesIn('common/clock.ts', 'setTimeout(run, 5); Date.now();'), []);
});

test('a folder that the order does not know, and an import from outside src/, are found', t => {
	t.deepEqual(offencesIn('utils/a.ts', ''), ['utils/a.ts: folder utils/ has no place in the order']);
	t.deepEqual(offencesIn('mesh/a.ts', `import {x} from '../../test/support/user.ts';`), [
		'mesh/a.ts imports ../../test/support/user.ts, which lies outside src/',
	]);
});
