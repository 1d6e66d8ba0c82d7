// Reads Content-Length and Transfer-Encoding. Whatever two readers could understand in two ways is refused. Source: RFC 9112, 6.
import type {Facts} from './facts.ts';
import {chunked, type Framing} from './framing.ts';
import {Refused} from './refused.ts';
import type {MinorVersion} from './version.ts';

/** Gives the framing that the fields say, undefined when they say none. Throws Refused. */
export const readFraming = (facts: Facts, minorVersion: MinorVersion, bodyBytes: number): Framing | undefined => {
	if (facts.encoding !== undefined) {
		checkEncoding(facts.encoding, facts.lengths, minorVersion);
		return chunked;
	}

	return facts.lengths === 0 ? undefined : {kind: 'length', bytes: readLength(facts, bodyBytes)};
};

const checkEncoding = (encoding: string, lengths: number, minorVersion: MinorVersion): void => {
	if (minorVersion === 0) {
		throw new Refused(400, 'HTTP/1.0 has no Transfer-Encoding');
	}

	if (lengths > 0) {
		throw new Refused(400, 'both Content-Length and Transfer-Encoding are given');
	}

	if (encoding === 'chunked' || encoding.toLowerCase() === 'chunked') {
		return;
	}

	const codings = encoding.toLowerCase().split(/[ \t]*,[ \t]*/);
	if (codings.some(coding => coding !== 'chunked' && /^[a-z-]+$/.test(coding)) && codings.at(-1) === 'chunked') {
		throw new Refused(501, 'a transfer coding other than chunked is not known here');
	}

	if (codings.length === 1 && /^[a-z-]+$/.test(codings[0] as string)) {
		throw new Refused(501, 'a transfer coding other than chunked is not known here');
	}

	throw new Refused(400, 'the Transfer-Encoding is not exactly chunked');
};

/** More digits do not fit a number exactly. */
const mostDigits = 15;

const readLength = ({lengths, length}: Facts, bodyBytes: number): number => {
	if (lengths > 1) {
		throw new Refused(400, 'Content-Length is given more than once');
	}

	let bytes = 0;
	for (let at = 0; at < length.length; at++) {
		const digit = length.charCodeAt(at) - 48;
		if (digit < 0 || digit > 9) {
			throw notANumber();
		}

		bytes = bytes * 10 + digit;
	}

	if (length === '') {
		throw notANumber();
	}

	if (length.length > mostDigits || bytes > bodyBytes) {
		throw new Refused(413, 'the body is longer than is taken here');
	}

	return bytes;
};

const notANumber = (): Refused => new Refused(400, 'the Content-Length is not a number');
