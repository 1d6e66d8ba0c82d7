// `npm test`: everything that a release needs, with one closing line `N passed, N failed`.
// `node scripts/test.ts unit e2e` runs only the stages named.
import path from 'node:path';
import {findSystemPart} from '../test/support/system-parts.ts';
import {buildIfStale} from './build.ts';
import {installSystemParts} from './install-system-parts.ts';
import {planSuites} from './plan-suites.ts';
import {runProgram} from './run-program.ts';
import {runSuites} from './run-suites.ts';
import {addCounts, type Counts, closingLine, failed, none, passed} from './test-counts.ts';

const root = path.dirname(import.meta.dirname);
const {CI, PATH = ''} = process.env;
const isCi = CI === 'true';
const environment = {
	...process.env,
	// Services that a test starts as `node …` run under the same Node as the tests.
	PATH: [path.dirname(process.execPath), path.join(root, 'node_modules', '.bin'), PATH].join(path.delimiter),
};

const check = async (program: string, ...args: readonly string[]): Promise<Counts> => {
	const code = await runProgram({program: path.join(root, program), args, cwd: root, environment, onLine: show});
	return code === 0 ? passed(1) : failed(1);
};

const build = async (): Promise<Counts> => {
	try {
		await buildIfStale();
		return passed(1);
	} catch (error) {
		show(String(error));
		return failed(1);
	}
};

const suites =
	(isOfStage: (file: string) => boolean, ...args: readonly string[]) =>
	async (): Promise<Counts> => {
		const find = () =>
			planSuites({args, isOfStage, find: part => findSystemPart(part, environment.PATH), platform: process.platform});
		if (isCi) {
			await installSystemParts(find().missing, environment, show);
		}

		return runSuites({root, environment, plan: find(), mustHaveParts: isCi, show});
	};

const show = (line: string): void => {
	process.stdout.write(`${line}\n`);
};

const isE2e = (file: string): boolean => file.startsWith('test/e2e/');

// The cheap stages first: what they find would fail the others in less readable ways.
const stages: Readonly<Record<string, () => Promise<Counts>>> = {
	lint: () => check('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'),
	types: () => check('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'),
	build,
	unit: suites(file => !isE2e(file), 'test/**/*.test.ts', '!test/e2e/**'),
	// One file at a time: each brings up whole meshes.
	e2e: suites(isE2e, 'test/e2e/**/*.test.ts', '--concurrency=1', '--timeout=180s'),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !Object.hasOwn(stages, name));
if (unknown.length > 0) {
	show(`unknown stage ${unknown.join(', ')}; there are ${Object.keys(stages).join(', ')}`);
	process.exit(2);
}

let total = none;
for (const [name, run] of Object.entries(stages)) {
	if (wanted.length === 0 || wanted.includes(name)) {
		const startedAt = performance.now();
		show(`— ${name}`);
		const counts = await run();
		total = addCounts(total, counts);
		show(`  ${name}: ${closingLine(counts)} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
	}
}

show(`\n${closingLine(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
