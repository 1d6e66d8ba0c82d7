import {execFile} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import test from 'ava';
import {repository} from '../support/user.ts';

const folder = path.join(repository, 'examples', 'integration-tests');
const bin = (file: string): string => path.join(repository, 'node_modules', file);

/** A runner of the example, the arguments of Node, and the line that tells of both tests. */
const runners: readonly (readonly [string, readonly string[], RegExp])[] = [
	['ava', [bin('ava/entrypoints/cli.js'), 'ava.test.mjs'], /2 tests passed/],
	['vitest', [bin('vitest/vitest.mjs'), 'run', 'vitest.test.mjs'], /Tests +2 passed/],
	['jest', ['--experimental-vm-modules', bin('jest/bin/jest.js')], /Tests: +2 passed/],
	['node:test', ['--test', 'node.test.mjs'], /pass 2/],
];

// What the runner of this test has set is not for another one.
const {NODE_OPTIONS: _, NODE_TEST_CONTEXT: _context, CI: _ci, ...environment} = process.env;

for (const [name, args, passed] of runners) {
	test.serial(`the fixture serves ${name}`, async t => {
		const {stdout, stderr} = await promisify(execFile)(process.execPath, args, {
			cwd: folder,
			env: {...environment, NO_COLOR: '1'},
		});
		t.regex(stdout + stderr, passed);
	});
}
