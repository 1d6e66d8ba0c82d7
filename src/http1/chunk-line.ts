// Reads the line before a chunk, byte by byte: `1f4;name=value`. Source: RFC 9112, 7.1.
import {hexValues, textCodes, tokenCodes} from './characters.ts';
import {Refused} from './refused.ts';

export interface ChunkLine {
	/** Takes the next byte. Gives the chunk's size with the line's last byte, -1 before. Throws Refused. */
	readonly take: (byte: number) => number;
}

const mostDigits = 16;
const [lineFeed, carriageReturn, quote, semicolon, equals, backslash] = [10, 13, 34, 59, 61, 92];

/**
 * Creates a reader for all chunk lines of one body, whose extensions together may have so many bytes.
 * Spaces around the parts of an extension are legal, and refused: nobody sends them, and readers differ.
 */
export const createChunkLine = (extensionBytes: number): ChunkLine => {
	let place: Place = 'no-digit';
	let digits = 0;
	let size = 0;
	let extensions = 0;

	const takeDigit = (digit: number): void => {
		place = 'digits';
		size = size * 16 + digit;
		if (++digits > mostDigits) {
			throw new Refused(400, `the size of a chunk has more than ${mostDigits} digits`);
		}
	};

	const takeLineFeed = (byte: number): number => {
		if (byte !== lineFeed) {
			throw new Refused(400, 'the line of a chunk does not end with CR and LF');
		}

		const taken = size;
		place = 'no-digit';
		digits = 0;
		size = 0;
		return taken;
	};

	return {
		take: byte => {
			if (place === 'line-end') {
				return takeLineFeed(byte);
			}

			const digit = hexValues[byte] as number;
			if (digit < 16 && (place === 'no-digit' || place === 'digits')) {
				takeDigit(digit);
				return -1;
			}

			place = nextPlace(place, byte);
			if (place !== 'line-end' && ++extensions > extensionBytes) {
				throw new Refused(400, `chunk extensions are longer than ${extensionBytes} bytes`);
			}

			return -1;
		},
	};
};

/** What was read so far of the line. */
type Place =
	| 'no-digit'
	| 'digits'
	| 'no-name'
	| 'name'
	| 'no-value'
	| 'value'
	| 'quoted'
	| 'escaped'
	| 'unquoted'
	| 'line-end';

const nextPlace = (place: Place, byte: number): Place => {
	switch (place) {
		case 'no-digit':
		case 'digits':
			return placeAfterPart(byte, place === 'digits', 'the size of a chunk is not a hexadecimal number');
		case 'no-name':
		case 'name':
			if (byte === equals && place === 'name') {
				return 'no-value';
			}

			return tokenCodes[byte] === 1 ? 'name' : placeAfterPart(byte, place === 'name');
		case 'no-value':
		case 'value':
			if (byte === quote && place === 'no-value') {
				return 'quoted';
			}

			return tokenCodes[byte] === 1 ? 'value' : placeAfterPart(byte, place === 'value');
		case 'quoted':
		case 'escaped':
			return placeInQuotes(place, byte);
		default:
			return placeAfterPart(byte, true);
	}
};

const placeInQuotes = (place: Place, byte: number): Place => {
	if (textCodes[byte] !== 1) {
		throw new Refused(400, badExtension);
	}

	if (place === 'escaped') {
		return 'quoted';
	}

	return byte === backslash ? 'escaped' : byte === quote ? 'unquoted' : 'quoted';
};

/** A part ends with the line, or with the next extension. */
const placeAfterPart = (byte: number, isWhole: boolean, defect = badExtension): Place => {
	if (!isWhole || (byte !== carriageReturn && byte !== semicolon)) {
		throw new Refused(400, defect);
	}

	return byte === semicolon ? 'no-name' : 'line-end';
};

const badExtension = 'a chunk extension is malformed';
