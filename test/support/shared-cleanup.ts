// For what all tests of a file share: hooks of ava have no teardown.
import type {Cleanup} from './cleanup.ts';

export interface SharedCleanup extends Cleanup {
	/** Does what is to be done, the last first. For `test.after.always`. */
	readonly run: () => Promise<void>;
}

/** Creates an empty list of what must be done. */
export const createSharedCleanup = (): SharedCleanup => {
	const steps: (() => unknown)[] = [];
	return {
		teardown: step => void steps.push(step),
		log: Object.assign((...values: unknown[]) => process.stderr.write(`${values.join(' ')}\n`), {skip: () => {}}),
		run: async () => {
			for (let step = steps.pop(); step; step = steps.pop()) {
				await step();
			}
		},
	};
};
