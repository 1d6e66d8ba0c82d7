// Where the command line begins.
import process from 'node:process';
import {Errors, flush, run} from '@oclif/core';
import {outliveTerminal} from './outlive-terminal.ts';
import {printError} from './print-error.ts';

/** Runs the command of `process.argv`; exit code 0 for done, 1 for failed, 2 for wrong usage. */
export const main = async (binUrl: string): Promise<void> => {
	outliveTerminal();
	try {
		await run(process.argv.slice(2), binUrl);
		await flush();
	} catch (error) {
		if (error instanceof Errors.CLIError) {
			await Errors.handle(error);
		} else {
			process.exitCode = printError(error, {isJson: process.argv.includes('--json')});
		}
	}
};
