// A snapshot that a proxy does not take.
import type {RefusalProblem} from '../model/control-message.ts';

/** Thrown by `apply`; the proxy serves what it served before. */
export class SnapshotRefused extends Error {
	override readonly name = 'SnapshotRefused';
	readonly problem: RefusalProblem;

	constructor(problem: RefusalProblem, cause?: unknown) {
		super(problem.message, {cause});
		this.problem = problem;
	}
}
