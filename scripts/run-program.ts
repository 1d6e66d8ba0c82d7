// Runs a Node program and hands on what it prints, line by line.
import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';

export interface ProgramRun {
	/** A script for this same Node, absolute. */
	readonly program: string;
	readonly args: readonly string[];
	readonly cwd: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Gets both streams. */
	readonly onLine: (line: string) => void;
}

/** Resolves with the exit code, 1 when a signal ended the program. */
export const runProgram = async ({program, args, cwd, environment, onLine}: ProgramRun): Promise<number> => {
	const child = spawn(process.execPath, [program, ...args], {cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe']});
	for (const input of [child.stdout, child.stderr]) {
		createInterface({input}).on('line', onLine);
	}

	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', code => resolve(code ?? 1));
	});
};
