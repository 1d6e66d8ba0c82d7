// Runs the test suites of one stage, and accounts for those that cannot run.
import path from 'node:path';
import {createAvaCounter} from './count-ava.ts';
import {installCommand} from './install-system-parts.ts';
import type {SuitePlan} from './plan-suites.ts';
import {runProgram} from './run-program.ts';
import {addCounts, type Counts, failed, none} from './test-counts.ts';

export interface SuiteRun {
	readonly root: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly plan: SuitePlan;
	/** True: a part that is missing is a failure. */
	readonly mustHaveParts: boolean;
	readonly show: (line: string) => void;
}

export const runSuites = async ({root, environment, plan, mustHaveParts, show}: SuiteRun): Promise<Counts> => {
	const counter = createAvaCounter();
	const exitCode = await runProgram({
		program: path.join(root, 'node_modules/ava/entrypoints/cli.js'),
		args: plan.args,
		cwd: root,
		environment,
		onLine: line => {
			if (counter.read(line)) {
				show(line);
			}
		},
	});

	let counts = counter.end(exitCode);
	for (const [suite, parts] of plan.held) {
		const missing = parts.filter(part => plan.missing.includes(part));
		const isFailure = mustHaveParts && missing.length > 0;
		const names = parts.map(({name}) => name).join(' and ');
		show(`  ${isFailure ? 'FAILED' : 'skipped'} ${suite}: needs ${names}`);
		if (missing.length > 0) {
			show(`    ${installCommand(missing)}`);
		}

		counts = addCounts(counts, isFailure ? failed(1) : {...none, skipped: 1});
	}

	return counts;
};
