// Checks the name of a host with an optional port. Source: RFC 9110, 7.2; RFC 3986, 3.2.
import {hexValues, hostCodes} from './characters.ts';

export interface AuthorityOptions {
	readonly needsPort?: boolean;
}

/** Whether a text is an authority without user information. An empty port is refused: two readers could see two names. */
export const isAuthority = (text: string, {needsPort = false}: AuthorityOptions = {}): boolean => {
	const end = text.startsWith('[') ? endOfLiteral(text) : endOfName(text);
	if (end <= 0) {
		return false;
	}

	return end === text.length ? !needsPort : text[end] === ':' && isPort(text, end + 1);
};

const endOfLiteral = (text: string): number => {
	const end = text.indexOf(']');
	return isAddress(text.slice(1, Math.max(end, 1))) ? end + 1 : 0;
};

/** An IPv6 address; IPvFuture has no use, zones are not for the wire. */
const isAddress = (text: string): boolean => {
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if ((hexValues[code] ?? 255) > 15 && code !== 58 && code !== 46) {
			return false;
		}
	}

	return URL.canParse(`http://[${text}]/`);
};

const endOfName = (text: string): number => {
	let at = 0;
	for (; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (hostCodes[code] === 1) {
			continue;
		}

		if (code !== percent || !isHex(text, at + 1) || !isHex(text, at + 2)) {
			break;
		}

		at += 2;
	}

	return at;
};

const percent = 37;

const isHex = (text: string, at: number): boolean => (hexValues[text.charCodeAt(at)] ?? 255) < 16;

const isPort = (text: string, from: number): boolean => {
	let port = 0;
	for (let at = from; at < text.length; at++) {
		const digit = text.charCodeAt(at) - 48;
		if (digit < 0 || digit > 9) {
			return false;
		}

		port = port * 10 + digit;
	}

	return text.length > from && text.length <= from + 5 && port <= 65535;
};
