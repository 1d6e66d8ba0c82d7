// Reads the first line of a request and of a reply. Source: RFC 9112, 3 and 4.
import {hasOnly, methodCodes, textCodes} from './characters.ts';
import {Refused} from './refused.ts';
import {type RequestTarget, readTarget} from './request-target.ts';
import {type MinorVersion, readVersion} from './version.ts';

export interface RequestLine extends RequestTarget {
	readonly method: string;
	/** As it stood in the line. */
	readonly target: string;
	readonly minorVersion: MinorVersion;
}

export interface StatusLine {
	readonly minorVersion: MinorVersion;
	/** From 100 to 599. */
	readonly status: number;
	/** May be empty. */
	readonly reason: string;
}

const space = 32;

/** Reads the line between two places of a text. Throws Refused. */
export const readRequestLine = (text: string, from: number, to: number): RequestLine => {
	let at = from;
	while (at < to && methodCodes[text.charCodeAt(at)] === 1) {
		at++;
	}

	if (at === from || text.charCodeAt(at) !== space) {
		throw new Refused(400, 'a request does not begin with a method (capital letters, - and _) and a space');
	}

	const method = text.slice(from, at);
	const targetEnd = text.indexOf(' ', at + 1);
	if (targetEnd === -1 || targetEnd >= to) {
		throw new Refused(400, 'the first line does not say its version of HTTP');
	}

	const target = text.slice(at + 1, targetEnd);
	if (target === '') {
		throw new Refused(400, 'the request target is empty');
	}

	const minorVersion = readVersion(text.slice(targetEnd + 1, to));
	const {form, authority, path, query} = readTarget(method, target);
	return {method, target, minorVersion, form, authority, path, query};
};

/** Reads the line between two places of a text. The space before an empty reason may be missing, as it often is. Throws Refused. */
export const readStatusLine = (text: string, from: number, to: number): StatusLine => {
	const minorVersion = readVersion(text.slice(from, Math.min(from + 8, to)));
	const digits = text.slice(from + 8, Math.min(from + 12, to));
	if (!/^ [1-5]\d\d$/.test(digits) || (to > from + 12 && text.charCodeAt(from + 12) !== space)) {
		throw new Refused(400, 'the first line has no status from 100 to 599');
	}

	const reason = to > from + 13 ? text.slice(from + 13, to) : '';
	if (!hasOnly(textCodes, reason)) {
		throw new Refused(400, 'the reason has a control byte');
	}

	return {minorVersion, status: Number(digits), reason};
};
