// Reads `HTTP/1.1`. Source: RFC 9112, 2.3.
import {Refused} from './refused.ts';

/** The digit behind the dot. */
export type MinorVersion = 0 | 1;

/** Reads a version. Throws Refused: 505 for one that is not spoken here. */
export const readVersion = (text: string): MinorVersion => {
	if (text === 'HTTP/1.1') {
		return 1;
	}

	if (text === 'HTTP/1.0') {
		return 0;
	}

	if (/^HTTP\/\d\.\d$/.test(text)) {
		throw new Refused(505, `${text} is not spoken here`);
	}

	throw new Refused(400, 'the first line does not say its version of HTTP');
};
