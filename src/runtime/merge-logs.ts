// Reads several logs at once.
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {LogLine} from '../model/api.ts';
import {type LogPlace, readOn, readTail} from './read-log.ts';

export interface LogSource {
	readonly instance: string;
	readonly file: string;
	/** Where the log of its last start begins, in bytes; undefined before its first one. */
	readonly start: number | undefined;
}

export interface MergeOptions {
	/** How many of the last lines of each to begin with. */
	readonly lines: number;
	/** Goes on until the signal is aborted. */
	readonly follow: boolean;
	readonly signal: AbortSignal;
	readonly clock: Clock;
}

interface Followed {
	readonly instance: string;
	readonly place: LogPlace;
}

const pollInterval = ms(150);

/** Gives the ends of all logs, one after the other, then new lines as they come, also of whoever is started later. Who was seen once is followed to the end: the last words come when it is gone. */
export async function* mergeLogs(
	sources: () => readonly LogSource[],
	{lines, follow, signal, clock}: MergeOptions,
): AsyncGenerator<LogLine> {
	const followed = new Map<string, Followed>();
	for (const {instance, file} of sources()) {
		const tail = await readTail(file, lines);
		followed.set(file, {instance, place: tail.place});
		for (const line of tail.lines) {
			yield {instance, line};
		}
	}

	while (follow && !signal.aborted) {
		let isMore = false;
		for (const {instance, file, start} of sources()) {
			if (start !== undefined && !followed.has(file)) {
				followed.set(file, {instance, place: {inode: undefined, offset: start}});
			}
		}

		for (const [file, {instance, place}] of [...followed]) {
			const piece = await readOn(file, place);
			followed.set(file, {instance, place: piece.place});
			isMore ||= piece.isMore;
			for (const line of piece.lines) {
				yield {instance, line};
			}
		}

		if (!isMore) {
			await clock.sleep(pollInterval, signal).catch(() => {});
		}
	}
}
