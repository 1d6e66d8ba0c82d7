import {execFile} from 'node:child_process';
import path from 'node:path';
import {promisify} from 'node:util';
import test from 'ava';
import {repository} from '../support/user.ts';

const folder = path.join(repository, 'examples', 'integration-tests');
const modules = path.join(repository, 'node_modules');

/** Runs a suite of the example as its README says, from its folder. */
const run = async (program: string, ...args: readonly string[]): Promise<string> => {
	const {NODE_OPTIONS: _, CI: _ci, ...environment} = process.env;
	const {stdout, stderr} = await promisify(execFile)(process.execPath, [path.join(modules, program), ...args], {
		cwd: folder,
		env: {...environment, NO_COLOR: '1'},
	});
	return stdout + stderr;
};

test.serial('the fixture serves ava', async t => {
	t.regex(await run('ava/entrypoints/cli.js', 'ava.test.mjs'), /2 tests passed/);
});

test.serial('the fixture serves vitest', async t => {
	t.regex(await run('vitest/vitest.mjs', 'run', 'vitest.test.mjs'), /Tests +2 passed/);
});

test.serial('the fixture serves jest', async t => {
	const {NODE_OPTIONS: _, ...environment} = process.env;
	const {stderr} = await promisify(execFile)(
		process.execPath,
		['--experimental-vm-modules', path.join(modules, 'jest/bin/jest.js')],
		{cwd: folder, env: {...environment, NO_COLOR: '1'}},
	);
	t.regex(stderr, /Tests: +2 passed/);
});

test.serial('the fixture serves node:test', async t => {
	const {NODE_TEST_CONTEXT: _, ...environment} = process.env;
	const {stdout} = await promisify(execFile)(process.execPath, ['--test', 'node.test.mjs'], {
		cwd: folder,
		env: environment,
	});
	t.regex(stdout, /pass 2/);
});
