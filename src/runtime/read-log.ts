// Reads the log of an instance: its end, and what is added to it.
import {open} from 'node:fs/promises';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';

export interface LogPiece {
	readonly lines: readonly string[];
	/** How much of the file has been read, in bytes. */
	readonly end: number;
}

// Beyond this, the end of a log is what people want.
const longestLook = 1024 * 1024;
const pollInterval = ms(150);

/** Gives the last lines; none when there is no file. */
export const lastLines = async (file: string, count: number): Promise<readonly string[]> =>
	(await readTail(file, count)).lines;

/** Gives the last lines and where they end. */
export const readTail = async (file: string, count: number): Promise<LogPiece> => {
	const {text, end} = await readFrom(file, undefined);
	return {lines: count === 0 ? [] : linesOf(text).slice(-count), end};
};

/** Gives what is added behind a place, whole lines at a time, until the signal is aborted; begins anew when the file was replaced by a shorter one. */
export async function* followLog(
	file: string,
	from: number,
	clock: Clock,
	signal: AbortSignal,
): AsyncGenerator<string> {
	let place = from;
	while (!signal.aborted) {
		const {text, end} = await readFrom(file, place);
		const whole = text.lastIndexOf('\n') + 1;
		yield* linesOf(text.slice(0, whole));
		place = end - Buffer.byteLength(text.slice(whole));
		try {
			await clock.sleep(pollInterval, signal);
		} catch {
			return;
		}
	}
}

const readFrom = async (
	file: string,
	from: number | undefined,
): Promise<{readonly text: string; readonly end: number}> => {
	const handle = await open(file, 'r').catch(() => undefined);
	if (!handle) {
		return {text: '', end: 0};
	}

	try {
		const {size} = await handle.stat();
		const start = from === undefined ? Math.max(0, size - longestLook) : size < from ? 0 : from;
		const length = Math.min(longestLook, size - start);
		const {buffer, bytesRead} = await handle.read(Buffer.alloc(length), 0, length, start);
		return {text: buffer.toString('utf8', 0, bytesRead), end: start + bytesRead};
	} finally {
		await handle.close();
	}
};

const linesOf = (text: string): readonly string[] => {
	const lines = text.split('\n');
	return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
};
