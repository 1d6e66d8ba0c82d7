import {execFile} from 'node:child_process';
import {cp, mkdir, mkdtemp, rm, stat, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {repository} from '../support/user.ts';

/** A small project that npm installs without a network: its only dependency is a folder beside it. */
const createClone = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'fresh-clone-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	await mkdir(path.join(folder, 'tea'));
	await writeFile(path.join(folder, 'tea', 'package.json'), '{"name": "tea", "version": "1.0.0"}');
	const dependencies = {tea: 'file:tea'};
	await writeFile(path.join(folder, 'package.json'), JSON.stringify({name: 'clone', version: '1.0.0', dependencies}));
	await writeFile(
		path.join(folder, 'package-lock.json'),
		JSON.stringify({
			name: 'clone',
			version: '1.0.0',
			lockfileVersion: 3,
			packages: {
				'': {name: 'clone', version: '1.0.0', dependencies},
				'node_modules/tea': {resolved: 'tea', link: true},
				tea: {version: '1.0.0'},
			},
		}),
	);
	await cp(path.join(repository, 'scripts/ensure-installed.mjs'), path.join(folder, 'scripts/ensure-installed.mjs'));
	return folder;
};

const ensureInstalled = (folder: string): Promise<{code: number; stdout: string; stderr: string}> => {
	// As a person's shell has it: without what `npm test` adds to the environment of this very test.
	const environment = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
	return new Promise(resolve => {
		execFile(
			process.execPath,
			[path.join(folder, 'scripts/ensure-installed.mjs')],
			{env: Object.fromEntries(environment)},
			(error, stdout, stderr) => resolve({code: error ? Number(error.code) : 0, stdout, stderr}),
		);
	});
};

const installedAt = async (folder: string): Promise<number> =>
	(await stat(path.join(folder, 'node_modules/.package-lock.json'))).mtimeMs;

test('a fresh clone is installed, and says so beside the output', async t => {
	const folder = await createClone(t);
	const result = await ensureInstalled(folder);
	t.is(result.code, 0, result.stderr);
	t.is(result.stdout, '');
	t.regex(result.stderr, /^Installing npm packages/);
	t.true((await stat(path.join(folder, 'node_modules/tea'))).isDirectory());
});

test('what is installed is left alone, until the lock file is newer', async t => {
	const folder = await createClone(t);
	await ensureInstalled(folder);
	const first = await installedAt(folder);
	t.deepEqual(await ensureInstalled(folder), {code: 0, stdout: '', stderr: ''});
	t.is(await installedAt(folder), first);

	const later = new Date(first + 5000);
	await utimes(path.join(folder, 'package-lock.json'), later, later);
	t.regex((await ensureInstalled(folder)).stderr, /^Installing npm packages/);
});

test('an install that fails ends with 1 and the command to run by hand', async t => {
	const folder = await createClone(t);
	await writeFile(path.join(folder, 'package.json'), '{"name": "clone", "dependencies": {"tea": "file:coffee"}}');
	const result = await ensureInstalled(folder);
	t.is(result.code, 1);
	t.regex(result.stderr, /npm ci failed.*run it by hand: npm ci\n$/s);
});
