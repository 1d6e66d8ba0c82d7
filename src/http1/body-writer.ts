// Puts the framing around a body.
import type {Headers} from '../http/headers.ts';
import type {Framing} from './framing.ts';
import {isForbiddenTrailer} from './trailers.ts';
import {writeFields} from './write-head.ts';

export interface BodyWriter {
	/** Writes a piece of the body; an empty one writes nothing. Gives what `put` gave. Throws a RangeError when it is more than was promised. */
	readonly write: (data: Uint8Array) => boolean;
	/** Writes the end. Trailers go with chunked bodies only; elsewhere they are left out, as they may be. Throws a RangeError when less was written than promised. */
	readonly end: (trailers: Headers) => void;
}

/** Below this many bytes a chunk is copied into one piece with its framing: one write costs more than the copy. */
const copiedBytes = 16 * 1024;

/** Creates a writer for one body. `put` takes bytes for the socket; false asks to wait, as with sockets. */
export const createBodyWriter = (framing: Framing, put: (bytes: Uint8Array) => boolean): BodyWriter => {
	switch (framing.kind) {
		case 'chunked':
			return chunkedWriter(put);
		case 'length':
			return countedWriter(framing.bytes, put);
		case 'none':
			return countedWriter(0, put);
		default:
			return {write: data => data.length === 0 || put(data), end: () => {}};
	}
};

const countedWriter = (length: number, put: (bytes: Uint8Array) => boolean): BodyWriter => {
	let left = length;
	return {
		write: data => {
			if (data.length > left) {
				throw new RangeError(`the body is longer than the ${length} bytes that were promised`);
			}

			left -= data.length;
			return data.length === 0 || put(data);
		},
		end: () => {
			if (left > 0) {
				throw new RangeError(`the body is ${left} bytes shorter than the ${length} that were promised`);
			}
		},
	};
};

const chunkedWriter = (put: (bytes: Uint8Array) => boolean): BodyWriter => ({
	write: data => {
		if (data.length === 0) {
			return true;
		}

		const line = `${data.length.toString(16)}\r\n`;
		if (data.length < copiedBytes) {
			return put(copyChunk(line, data));
		}

		put(Buffer.from(line, 'latin1'));
		put(data);
		return put(Buffer.from('\r\n', 'latin1'));
	},
	end: trailers => {
		const forbidden = trailers.find((name, index) => index % 2 === 0 && isForbiddenTrailer(name));
		if (forbidden !== undefined) {
			throw new RangeError(`${forbidden} must not stand in trailers`);
		}

		put(Buffer.from(`0\r\n${writeFields(trailers)}\r\n`, 'latin1'));
	},
});

const copyChunk = (line: string, data: Uint8Array): Buffer => {
	const bytes = Buffer.allocUnsafe(line.length + data.length + 2);
	bytes.write(line, 0, 'latin1');
	bytes.set(data, line.length);
	bytes[bytes.length - 2] = 13;
	bytes[bytes.length - 1] = 10;
	return bytes;
};
