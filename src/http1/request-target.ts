// Reads a request target in its four forms. Source: RFC 9112, 3.2.
import {isAuthority} from './authority.ts';
import {targetCodes} from './characters.ts';
import {Refused} from './refused.ts';

export interface RequestTarget {
	readonly form: 'origin' | 'absolute' | 'authority' | 'asterisk';
	/** Named by the target itself; undefined in the forms that leave it to Host. */
	readonly authority: string | undefined;
	/** `/` where the target has none, `*` for the server as a whole. */
	readonly path: string;
	readonly query: string | undefined;
}

/** Reads a target. Throws Refused. */
export const readTarget = (method: string, target: string): RequestTarget => {
	const mark = findMark(target);
	if (method === 'CONNECT') {
		return readAuthority(target);
	}

	if (target.charCodeAt(0) === slash) {
		return {form: 'origin', authority: undefined, ...split(target, 0, mark)};
	}

	if (target === '*') {
		if (method !== 'OPTIONS') {
			throw new Refused(400, 'the request target * is for OPTIONS only');
		}

		return {form: 'asterisk', authority: undefined, path: '*', query: undefined};
	}

	return readAbsolute(target, mark);
};

const slash = 47;
const questionMark = 63;

/** The place of the first question mark, -1 without one. */
const findMark = (target: string): number => {
	let mark = -1;
	for (let at = 0; at < target.length; at++) {
		const code = target.charCodeAt(at);
		if (targetCodes[code] !== 1) {
			throw new Refused(
				400,
				target[at] === '#'
					? 'the request target has a fragment'
					: 'the request target has bytes that must be percent-encoded',
			);
		}

		if (code === questionMark && mark === -1) {
			mark = at;
		}
	}

	return mark;
};

const split = (target: string, from: number, mark: number): Pick<RequestTarget, 'path' | 'query'> =>
	mark === -1
		? {path: target.slice(from) || '/', query: undefined}
		: {path: target.slice(from, mark) || '/', query: target.slice(mark + 1)};

const readAuthority = (target: string): RequestTarget => {
	if (!isAuthority(target, {needsPort: true})) {
		throw new Refused(400, 'the target of CONNECT is not a host with a port');
	}

	return {form: 'authority', authority: target, path: '/', query: undefined};
};

const readAbsolute = (target: string, mark: number): RequestTarget => {
	const scheme = target.slice(0, 8).toLowerCase();
	const from = scheme.startsWith('http://') ? 7 : scheme === 'https://' ? 8 : 0;
	if (from === 0) {
		throw new Refused(400, 'the request target is neither a path nor an address');
	}

	const path = target.indexOf('/', from);
	const end = Math.min(path === -1 ? target.length : path, mark === -1 ? target.length : mark);
	const authority = target.slice(from, end);
	if (!isAuthority(authority)) {
		throw new Refused(400, 'the address in the request target has no valid host');
	}

	return {form: 'absolute', authority, ...split(target, end, mark)};
};
