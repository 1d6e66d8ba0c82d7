// Takes the framing off a body.
import type {Headers} from '../http/headers.ts';
import {createChunkLine} from './chunk-line.ts';
import type {Framing} from './framing.ts';
import type {Http1Limits} from './limits.ts';
import {Refused} from './refused.ts';
import {createSection} from './section.ts';
import {isForbiddenTrailer} from './trailers.ts';

export interface BodyReader {
	/** Reads from a place on, up to the end of the next piece of data. `data` is undefined when more bytes are needed or the body is complete. Throws Refused. */
	readonly read: (input: Buffer, at: number) => BodyStep;
	/** The trailers of a body that is complete, undefined before. */
	readonly trailers: () => Headers | undefined;
}

export interface BodyStep {
	/** The place behind what was read. */
	readonly at: number;
	/** A view of the input, never empty. */
	readonly data: Buffer | undefined;
}

/** Creates a reader for one body. */
export const createBodyReader = (framing: Framing, limits: Http1Limits): BodyReader => {
	switch (framing.kind) {
		case 'chunked':
			return chunkedReader(limits);
		case 'until-close':
			return plainReader(Number.POSITIVE_INFINITY, limits.bodyBytes);
		case 'length':
			return plainReader(framing.bytes, limits.bodyBytes);
		default:
			return emptyReader;
	}
};

const emptyReader: BodyReader = {read: (_input, at) => ({at, data: undefined}), trailers: () => []};

const tooLong = (): Refused => new Refused(413, 'the body is longer than is taken here');

const plainReader = (length: number, most: number): BodyReader => {
	let left = length;
	let total = 0;
	return {
		read: (input, at) => {
			const end = Math.min(input.length, at + left);
			if (end === at) {
				return {at, data: undefined};
			}

			left -= end - at;
			total += end - at;
			if (total > most) {
				throw tooLong();
			}

			return {at: end, data: input.subarray(at, end)};
		},
		trailers: () => (left === 0 ? [] : undefined),
	};
};

const chunkedReader = (limits: Http1Limits): BodyReader => {
	const line = createChunkLine(limits.chunkExtensionBytes);
	let place: 'line' | 'data' | 'data-end' | 'data-line-feed' | 'trailers' = 'line';
	let left = 0;
	let total = 0;
	let trailers: Headers | undefined;
	const section = createSection({
		bytes: limits.trailerBytes,
		fieldBytes: limits.fieldBytes,
		fields: limits.trailerFields,
		name: 'the trailer section',
	});

	const beginChunk = (size: number): void => {
		left = size;
		total += size;
		place = size === 0 ? 'trailers' : 'data';
		if (total > Math.min(limits.bodyBytes, Number.MAX_SAFE_INTEGER)) {
			throw tooLong();
		}
	};

	const takeByte = (byte: number): void => {
		if (place === 'line') {
			const size = line.take(byte);
			if (size >= 0) {
				beginChunk(size);
			}
		} else if (byte === (place === 'data-end' ? 13 : 10)) {
			place = place === 'data-end' ? 'data-line-feed' : 'line';
		} else {
			throw new Refused(400, 'a chunk is longer than its size');
		}
	};

	return {
		read: (input, from) => {
			let at = from;
			while (at < input.length && trailers === undefined) {
				if (place === 'data') {
					const end = Math.min(input.length, at + left);
					left -= end - at;
					place = left === 0 ? 'data-end' : 'data';
					return {at: end, data: input.subarray(at, end)};
				}

				if (place === 'trailers') {
					at = section.read(input, at);
					if (!section.isComplete()) {
						break;
					}

					trailers = checked(section.take());
				} else {
					takeByte(input[at++] as number);
				}
			}

			return {at, data: undefined};
		},
		trailers: () => trailers,
	};
};

const checked = (trailers: Headers): Headers => {
	for (let index = 0; index < trailers.length; index += 2) {
		if (isForbiddenTrailer(trailers[index] as string)) {
			throw new Refused(400, `${trailers[index]} stands in the trailers`);
		}
	}

	return trailers;
};
