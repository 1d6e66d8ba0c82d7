import {mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createAvaCounter} from '../../scripts/count-ava.ts';
import {runProgram} from '../../scripts/run-program.ts';
import {repository} from '../support/user.ts';

/** Runs ava itself on these files, in a folder of their own. */
const report = async (t: ExecutionContext, files: Readonly<Record<string, string>>) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'ava-report-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	await symlink(path.join(repository, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
	await writeFile(path.join(folder, 'package.json'), '{"type": "module", "ava": {"files": ["*.js"], "cache": false}}');
	for (const [name, content] of Object.entries(files)) {
		await writeFile(path.join(folder, name), content);
	}

	const counter = createAvaCounter();
	const shown: string[] = [];
	const exitCode = await runProgram({
		program: path.join(repository, 'node_modules/ava/entrypoints/cli.js'),
		args: [],
		cwd: folder,
		environment: process.env,
		onLine: line => {
			if (counter.read(line)) {
				shown.push(line);
			}
		},
	});
	return {counts: counter.end(exitCode), shown: shown.join('\n')};
};

test('passed tests are counted and not shown, nor what they logged', async t => {
	const {counts, shown} = await report(t, {
		'one.js': `import test from 'ava'; test('a', t => {t.log('quiet'); t.pass();}); test('b', t => t.pass());`,
		'two.js': `import test from 'ava'; test('c', t => t.pass());`,
	});
	t.deepEqual(counts, {passed: 3, failed: 0, skipped: 0});
	t.notRegex(shown, /quiet|[✔√] one/);
});

test('a failed test does not hide how many passed, and is shown with its reason', async t => {
	const {counts, shown} = await report(t, {
		'one.js': `import test from 'ava'; test('good', t => t.pass()); test('bad', t => t.is(1, 2)); test.todo('later');`,
	});
	t.deepEqual(counts, {passed: 1, failed: 1, skipped: 1});
	t.regex(shown, /\[fail\]: bad/);
	t.regex(shown, /Difference/);
});

test('a file that exits, or cannot be loaded, is a failure and the other files still count', async t => {
	const {counts} = await report(t, {
		'exits.js': 'process.exit(0);',
		'good.js': `import test from 'ava'; test('good', t => t.pass());`,
		'lost.js': `import './nothing.js';`,
	});
	t.is(counts.passed, 1);
	t.true(counts.failed >= 2, `${counts.failed} failed`);
});

test('a run in which nothing was tested is a failure, whatever its exit code', t => {
	t.deepEqual(createAvaCounter().end(0), {passed: 0, failed: 1, skipped: 0});
});

test('a run that breaks off after passed tests is a failure', t => {
	const counter = createAvaCounter();
	counter.read('  ✔ one › passes');
	t.deepEqual(counter.end(1), {passed: 1, failed: 1, skipped: 0});
});
