// Load at a fixed rate: requests leave when their time has come, whether or not earlier ones have been answered.
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {percentile} from '../percentile.ts';
import type {Scope} from '../scope.ts';
import {runProgram} from '../start-program.ts';
import {temporaryFolder} from '../temporary-folder.ts';

export interface SteadyLoad {
	readonly url: string;
	readonly connections: number;
	/** Of all connections together. */
	readonly requestsPerSecond: number;
	readonly seconds: number;
	/** The only core that h2load may use. */
	readonly core: number;
}

export interface SteadyResult {
	/** What was reached. */
	readonly requestsPerSecond: number;
	readonly p50Ms: number;
	readonly p99Ms: number;
	readonly failures: number;
}

/** Runs h2load to its end, on HTTP/1.1. */
export const runH2load = async (scope: Scope, load: SteadyLoad): Promise<SteadyResult> => {
	const {url, connections, requestsPerSecond, seconds, core} = load;
	const folder = await temporaryFolder(scope, {});
	const logFile = path.join(folder, 'requests.tsv');
	const each = requestsPerSecond / connections;
	const args = [
		...['--h1', `--clients=${connections}`, `--requests=${Math.round(requestsPerSecond * seconds)}`, `--rps=${each}`],
		// Begun at once, all connections would send at the same moments for ever: they begin evenly within one period.
		...['--rate=1', `--rate-period=${Math.round(1000 / requestsPerSecond)}ms`],
		...['--connection-inactivity-timeout=5s', `--log-file=${logFile}`],
	];
	await runProgram(scope, ['h2load', ...args, url], {core});
	return parseRequestLog(await readFile(logFile, 'utf8'));
};

// The first requests of each connection pay for the proxy's own connections behind it.
const warmUpMicros = 300_000;

/** Reads h2load's `--log-file`: start in µs since 1970, status (-1: failed), µs until the end of the reply. */
export const parseRequestLog = (log: string): SteadyResult => {
	const rows = log
		.split('\n')
		.filter(Boolean)
		.map(line => {
			const [startMicros = Number.NaN, status = Number.NaN, micros = Number.NaN] = line.split('\t').map(Number);
			if (Number.isNaN(startMicros + status + micros)) {
				throw new Error(`h2load logged a line that is none: ${line}`);
			}

			return {startMicros, status, micros};
		});
	// Ordered by their ends.
	const begin = rows.reduce((first, {startMicros}) => Math.min(first, startMicros), Number.POSITIVE_INFINITY);
	const counted = rows.filter(({startMicros}) => startMicros >= begin + warmUpMicros);
	const starts = counted.map(({startMicros}) => startMicros).toSorted((one, other) => one - other);
	const [first, last] = [starts[0], starts.at(-1)];
	if (first === undefined || last === undefined || last === first) {
		throw new Error('h2load logged too few requests');
	}

	const times = counted.filter(({status}) => status >= 200 && status < 400).map(({micros}) => micros / 1000);
	return {
		requestsPerSecond: (starts.length - 1) / ((last - first) / 1e6),
		p50Ms: percentile(times, 0.5),
		p99Ms: percentile(times, 0.99),
		failures: counted.length - times.length,
	};
};
