// Counts from ava's own report, since ava names no number of passed tests when one fails, and its TAP reporter dies of a `process.exit()`.
import {stripVTControlCharacters} from 'node:util';
import {addCounts, type Counts, failed, none, passed} from './test-counts.ts';

export interface AvaCounter {
	/** Takes the next line of the report. Tells whether a person wants to see it: everything but what passed. */
	readonly read: (line: string) => boolean;
	/** The result, given how ava ended. */
	readonly end: (exitCode: number) => Counts;
}

export const createAvaCounter = (): AvaCounter => {
	let counts = none;
	let isBelowPassed = false;
	return {
		read: line => {
			const text = stripVTControlCharacters(line);
			const count = countOf(text);
			counts = addCounts(counts, count);
			// What a passed test logged stands below it, indented further.
			isBelowPassed = count.passed > 0 || (isBelowPassed && /^ {4}/.test(text));
			return !isBelowPassed;
		},
		end: exitCode => {
			const hasProblem = exitCode !== 0 || counts.passed === 0;
			return hasProblem && counts.failed === 0 ? addCounts(counts, failed(1)) : counts;
		},
	};
};

// The second mark of each pair is what ava prints on a Windows console.
const countOf = (text: string): Counts => {
	if (/^ {2}[✔√] /.test(text)) {
		return passed(1);
	}

	if (/^ {2}[✘×] /.test(text)) {
		return failed(1);
	}

	return /^ {2}- \[(skip|todo)\]/.test(text) ? {...none, skipped: 1} : none;
};
