// Where the command line begins.
import {Errors, flush, run} from '@oclif/core';

/** Runs the command of `process.argv`; exit code 0 for done, 1 for failed, 2 for wrong usage. */
export const main = async (binUrl: string): Promise<void> => {
	try {
		await run(process.argv.slice(2), binUrl);
		await flush();
	} catch (error) {
		await Errors.handle(error as Error);
	}
};
