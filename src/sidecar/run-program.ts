// What the programs of sidecars have in common: `node <program> <bootstrap.json>`, until it is told to stop.
import {readFile} from 'node:fs/promises';
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import {createLog, type Log} from '../common/log.ts';
import {createLineWriter, type LineWriter} from './line-writer.ts';
import type {ProxyProcess} from './proxy-process.ts';

export interface ProgramTools<Bootstrap> {
	readonly bootstrap: Bootstrap;
	readonly lines: LineWriter;
	readonly log: Log;
}

const drainMs = 2000;

/** Starts from the bootstrap file and resolves when all is over; signals end it in order. */
export const runProgram = async <Bootstrap>(
	name: string,
	start: (tools: ProgramTools<Bootstrap>) => Promise<ProxyProcess>,
): Promise<void> => {
	const lines = createLineWriter(1, systemClock);
	const log = createLog(lines.write, systemClock, {process: name});
	// Also at a death by an error that nobody caught.
	process.once('exit', lines.flush);
	const [, program, file] = process.argv;
	if (!file) {
		throw new Error(`usage: node ${program} <bootstrap.json>`);
	}

	try {
		const bootstrap = JSON.parse(await readFile(file, 'utf8')) as Bootstrap;
		const started = await start({bootstrap, lines, log});
		for (const signal of ['SIGTERM', 'SIGINT'] as const) {
			process.once(signal, () => void started.stop(drainMs));
		}

		await started.done;
	} catch (error) {
		log.write('error', `the ${name} could not start`, {error: String(error)});
		process.exitCode = 1;
	}
};
