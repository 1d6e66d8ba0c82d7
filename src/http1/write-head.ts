// Heads → text, to be sent as latin1. What two readers could understand in two ways is never written.

import {type Headers, headerValues} from '../http/headers.ts';
import {isAuthority} from './authority.ts';
import {hasOnly, isToken, methodCodes, targetCodes, textCodes} from './characters.ts';
import type {Framing} from './framing.ts';

export interface RequestToWrite {
	readonly method: string;
	/** In the form that is to stand in the request line, origin form as a rule. */
	readonly target: string;
	/** With Host, without fields of the last hop. Content-Length and Transfer-Encoding are set by the framing. */
	readonly headers: Headers;
	/** `none`, `length` or `chunked`. */
	readonly framing: Framing;
}

/** Writes the head of a request. Throws a RangeError. */
export const writeRequestHead = ({method, target, headers, framing}: RequestToWrite): string => {
	if (method === '' || !hasOnly(methodCodes, method)) {
		throw new RangeError('the method is empty or has other characters than capital letters, - and _');
	}

	if (target === '' || !hasOnly(targetCodes, target)) {
		throw new RangeError('the request target is empty or has bytes that must be percent-encoded');
	}

	if (framing.kind === 'until-close') {
		throw new RangeError('a request cannot end with its connection');
	}

	const hosts = headerValues(headers, 'host');
	if (hosts.length !== 1 || !isAuthority(hosts[0] as string)) {
		throw new RangeError('a request has exactly one Host, with an optional port');
	}

	return `${method} ${target} HTTP/1.1\r\n${fieldLines(headers, framing, false)}\r\n`;
};

export interface ReplyToWrite {
	/** From 100 to 599. */
	readonly status: number;
	/** May be empty. */
	readonly reason: string;
	/** Without fields of the last hop. Content-Length and Transfer-Encoding are set by the framing; with `none`, one length stays that tells of a body which is not sent (HEAD, 304). */
	readonly headers: Headers;
	/** `none` for interim replies, too. */
	readonly framing: Framing;
}

/** Writes the head of a reply. Throws a RangeError. */
export const writeReplyHead = ({status, reason, headers, framing}: ReplyToWrite): string => {
	if (!Number.isInteger(status) || status < 100 || status > 599) {
		throw new RangeError(`${status} is no status from 100 to 599`);
	}

	if (!hasOnly(textCodes, reason)) {
		throw new RangeError('the reason has a control byte');
	}

	const isBodiless = status < 200 || status === 204;
	if (isBodiless && framing.kind !== 'none' && framing.kind !== 'tunnel') {
		throw new RangeError(`a reply with status ${status} has no body`);
	}

	const keepsLength = framing.kind === 'none' && !isBodiless;
	return `HTTP/1.1 ${status} ${reason}\r\n${fieldLines(headers, framing, keepsLength)}\r\n`;
};

/** Writes trailers or other fields that frame nothing, line by line. Throws a RangeError. */
export const writeFields = (fields: Headers): string => {
	let text = '';
	for (let index = 0; index < fields.length; index += 2) {
		text += fieldLine(fields[index] as string, fields[index + 1] as string);
	}

	return text;
};

const fieldLines = (headers: Headers, framing: Framing, keepsLength: boolean): string => {
	let text = '';
	let mayHaveLength = keepsLength || framing.kind === 'length';
	for (let index = 0; index < headers.length; index += 2) {
		const name = headers[index] as string;
		const value = headers[index + 1] as string;
		if (isNamed(name, 'content-length')) {
			if (mayHaveLength) {
				mayHaveLength = false;
				// The place and case of the sender, the number of the framing.
				text += fieldLine(name, framing.kind === 'length' ? String(framing.bytes) : digits(value));
			}
		} else if (!isNamed(name, 'transfer-encoding')) {
			text += fieldLine(name, value);
		}
	}

	if (framing.kind === 'chunked') {
		return `${text}transfer-encoding: chunked\r\n`;
	}

	return framing.kind === 'length' && mayHaveLength ? `${text}content-length: ${framing.bytes}\r\n` : text;
};

const isNamed = (name: string, wanted: string): boolean =>
	name.length === wanted.length && name.toLowerCase() === wanted;

const digits = (value: string): string => {
	if (!/^\d{1,15}$/.test(value)) {
		throw new RangeError('the Content-Length is not a number');
	}

	return value;
};

const fieldLine = (name: string, value: string): string => {
	if (!isToken(name)) {
		throw new RangeError(`${JSON.stringify(name)} is no name of a field`);
	}

	if (!hasOnly(textCodes, value)) {
		throw new RangeError(`the value of ${name} has a control byte, or a character beyond latin1`);
	}

	return `${name}: ${value}\r\n`;
};
