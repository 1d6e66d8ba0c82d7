// Looks for what makes a request ambiguous: two readers could see two different requests in it.
// Source: RFC 9112, 3.2 (host), 6.1 and 6.3 (framing). What Node's parser refuses by itself is not looked at again.
import {type Headers, headerValues} from '../../http/headers.ts';

export interface RawRequest {
	readonly httpVersion: string;
	readonly method: string;
	/** As it stood in the request line. */
	readonly target: string;
	readonly headers: Headers;
}

/** Gives the defect in a sentence without a full stop, or undefined. */
export const findDefect = (request: RawRequest): string | undefined =>
	findFramingDefect(request) ?? findTargetDefect(request);

const findFramingDefect = ({httpVersion, headers}: RawRequest): string | undefined => {
	if (httpVersion !== '1.1' && httpVersion !== '1.0') {
		return `HTTP/${httpVersion} is not spoken here`;
	}

	const encodings = headerValues(headers, 'transfer-encoding');
	const lengths = headerValues(headers, 'content-length');
	if (encodings.length > 0 && httpVersion === '1.0') {
		return 'HTTP/1.0 has no Transfer-Encoding';
	}

	if (encodings.length > 0 && lengths.length > 0) {
		return 'both Content-Length and Transfer-Encoding are given';
	}

	if (encodings.length > 1 || (encodings[0] !== undefined && encodings[0].toLowerCase() !== 'chunked')) {
		return 'the Transfer-Encoding is not exactly chunked';
	}

	if (lengths.length > 1) {
		return 'Content-Length is given more than once';
	}

	return lengths[0] === undefined || /^\d{1,15}$/.test(lengths[0]) ? undefined : 'the Content-Length is not a number';
};

const findTargetDefect = ({httpVersion, method, target, headers}: RawRequest): string | undefined => {
	const hosts = headerValues(headers, 'host');
	if (hosts.length > 1) {
		return 'Host is given more than once';
	}

	if (hosts.length === 0 && httpVersion !== '1.0') {
		return 'Host is missing';
	}

	if (!/^[\x21-\x7e]+$/.test(target)) {
		return 'the request target has bytes that must be percent-encoded';
	}

	if (target.startsWith('/') || (target === '*' && method === 'OPTIONS')) {
		return undefined;
	}

	const authority = /^https?:\/\/([^/?#]+)/i.exec(target)?.[1];
	if (authority === undefined) {
		return 'the request target is neither a path nor an address';
	}

	return authority.toLowerCase() === (hosts[0] ?? authority).toLowerCase()
		? undefined
		: 'the address in the request target and the Host differ';
};
