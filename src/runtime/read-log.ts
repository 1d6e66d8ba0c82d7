// Reads the log of an instance: its end, and what is added to it.
import {type FileHandle, open} from 'node:fs/promises';

/** How far a log has been read. */
export interface LogPlace {
	/** Tells the file from the one that stood in its place before; undefined: whichever is there. */
	readonly inode: number | undefined;
	/** In bytes. */
	readonly offset: number;
}

export interface LogPiece {
	readonly lines: readonly string[];
	readonly place: LogPlace;
	/** True: there is more to read at once. */
	readonly isMore: boolean;
}

// Beyond this, the end of a log is what people want.
const longestLook = 1024 * 1024;
const newline = 0x0a;

/** Gives the last lines; none when there is no file. */
export const lastLines = async (file: string, count: number): Promise<readonly string[]> =>
	(await readTail(file, count)).lines;

/** Gives the last lines, also one that is not whole, and where they end. */
export const readTail = async (file: string, count: number): Promise<LogPiece> =>
	withFile(file, async (handle, {inode, size}) => {
		const bytes = await readAt(handle, Math.max(0, size - longestLook), size);
		const lines = count === 0 ? [] : linesOf(bytes).slice(-count);
		return {lines, place: {inode, offset: size}, isMore: false};
	});

/** Gives the whole lines behind a place; goes on with the new file when the old one was put aside, after the rest of the old one. */
export const readOn = async (file: string, place: LogPlace): Promise<LogPiece> =>
	withFile(file, async (handle, {inode, size}) => {
		if (place.inode !== undefined && place.inode !== inode) {
			const rest = await readRest(`${file}.1`, place);
			return {lines: rest, place: {inode, offset: 0}, isMore: true};
		}

		const offset = size < place.offset ? 0 : place.offset;
		const bytes = await readAt(handle, offset, size);
		const end = bytes.lastIndexOf(newline) + 1;
		// A line that is longer than a look is cut rather than waited for.
		const whole = end === 0 && bytes.length === longestLook ? bytes.length : end;
		return {
			lines: linesOf(bytes.subarray(0, whole)),
			place: {inode, offset: offset + whole},
			isMore: whole > 0 && bytes.length === longestLook,
		};
	});

const readRest = async (file: string, {inode, offset}: LogPlace): Promise<readonly string[]> => {
	const {lines} = await withFile(file, async (handle, found) => ({
		lines: found.inode === inode ? linesOf(await readAt(handle, offset, found.size)) : [],
		place: {inode, offset},
		isMore: false,
	}));
	return lines;
};

const withFile = async (
	file: string,
	read: (handle: FileHandle, found: {readonly inode: number; readonly size: number}) => Promise<LogPiece>,
): Promise<LogPiece> => {
	const handle = await open(file, 'r').catch(() => undefined);
	if (!handle) {
		return {lines: [], place: {inode: undefined, offset: 0}, isMore: false};
	}

	try {
		const {ino, size} = await handle.stat();
		return await read(handle, {inode: ino, size});
	} finally {
		await handle.close();
	}
};

const readAt = async (handle: FileHandle, offset: number, end: number): Promise<Buffer> => {
	const length = Math.max(0, Math.min(longestLook, end - offset));
	const {buffer, bytesRead} = await handle.read(Buffer.alloc(length), 0, length, offset);
	return buffer.subarray(0, bytesRead);
};

const linesOf = (bytes: Buffer): readonly string[] => {
	const lines = bytes.toString('utf8').split('\n');
	return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
};
