// Reads a file of the user, but not more of it than any config needs.
import {open} from 'node:fs/promises';
import {longestFile} from './decode-text.ts';

/** Reads one byte more than is allowed, so that a file that is too big shows, and no more, however big it is. */
export const readBounded = async (file: string): Promise<Uint8Array> => {
	await using handle = await open(file, 'r');
	const buffer = Buffer.alloc(longestFile + 1);
	let length = 0;
	for (;;) {
		// A pipe gives what it has: one read is not all.
		const {bytesRead} = await handle.read(buffer, length, buffer.length - length);
		length += bytesRead;
		if (bytesRead === 0 || length === buffer.length) {
			return buffer.subarray(0, length);
		}
	}
};
