// Load as fast as it goes: wrk sends the next request on each connection when the reply is there.
import type {Scope} from '../scope.ts';
import {runProgram} from '../start-program.ts';

export interface FullLoad {
	readonly url: string;
	readonly connections: number;
	readonly seconds: number;
	/** The only core that wrk may use. */
	readonly core: number;
}

export interface LoadResult {
	readonly requestsPerSecond: number;
	readonly p50Ms: number;
	readonly p99Ms: number;
	/** Replies other than 2xx and 3xx, and broken or silent connections. */
	readonly failures: number;
}

/** Runs wrk to its end. */
export const runWrk = async (scope: Scope, {url, connections, seconds, core}: FullLoad): Promise<LoadResult> => {
	const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '5s', '--latency', url];
	return parseWrk(await runProgram(scope, ['wrk', ...args], {core}));
};

/** Reads what `wrk --latency` prints. Throws when it is not that. */
export const parseWrk = (output: string): LoadResult => {
	const find = (what: string, pattern: RegExp): string => {
		const found = pattern.exec(output)?.[1];
		if (found === undefined) {
			throw new Error(`wrk did not say ${what}:\n${output}`);
		}

		return found;
	};

	const socketErrors = /Socket errors: (.*)/.exec(output)?.[1] ?? '';
	const counts = [...socketErrors.matchAll(/\d+/g)].map(Number);
	return {
		requestsPerSecond: Number(find('requests per second', /^Requests\/sec:\s+([\d.]+)/m)),
		p50Ms: milliseconds(find('p50', /^\s+50%\s+(\S+)/m)),
		p99Ms: milliseconds(find('p99', /^\s+99%\s+(\S+)/m)),
		failures: counts.reduce(
			(sum, count) => sum + count,
			Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0),
		),
	};
};

const factors: Readonly<Record<string, number>> = {us: 0.001, ms: 1, s: 1000, m: 60_000};

/** `310.00us` → 0.31. */
const milliseconds = (text: string): number => {
	const [, digits, unit = ''] = /^([\d.]+)([a-z]+)$/.exec(text) ?? [];
	const factor = factors[unit];
	if (digits === undefined || factor === undefined) {
		throw new Error(`wrk said a time that is none: ${text}`);
	}

	return Number(digits) * factor;
};
