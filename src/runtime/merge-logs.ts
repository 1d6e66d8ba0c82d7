// Reads several logs at once.
import type {Clock} from '../common/clock.ts';
import type {LogLine} from '../model/api.ts';
import {followLog, readTail} from './read-log.ts';

export interface LogSource {
	readonly instance: string;
	readonly file: string;
}

export interface MergeOptions {
	/** How many of the last lines of each to begin with. */
	readonly lines: number;
	/** Goes on until the signal is aborted. */
	readonly follow: boolean;
	readonly signal: AbortSignal;
	readonly clock: Clock;
}

/** Gives the ends of all logs, one after the other, then new lines as they come. */
export async function* mergeLogs(
	sources: readonly LogSource[],
	{lines, follow, signal, clock}: MergeOptions,
): AsyncGenerator<LogLine> {
	const places = new Map<string, number>();
	for (const {instance, file} of sources) {
		const tail = await readTail(file, lines);
		places.set(file, tail.end);
		for (const line of tail.lines) {
			yield {instance, line};
		}
	}

	if (follow) {
		yield* race(
			sources.map(({instance, file}) => ({instance, lines: followLog(file, places.get(file) ?? 0, clock, signal)})),
		);
	}
}

interface Follower {
	readonly instance: string;
	readonly lines: AsyncGenerator<string>;
}

async function* race(followers: readonly Follower[]): AsyncGenerator<LogLine> {
	const next = (follower: Follower) => follower.lines.next().then(result => ({follower, result}));
	const pending = new Map(followers.map(follower => [follower, next(follower)]));
	while (pending.size > 0) {
		const {follower, result} = await Promise.race(pending.values());
		if (result.done) {
			pending.delete(follower);
		} else {
			pending.set(follower, next(follower));
			yield {instance: follower.instance, line: result.value};
		}
	}
}
