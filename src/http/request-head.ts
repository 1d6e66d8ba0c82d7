// What a request says before its body.
import type {Headers} from './headers.ts';

export interface RequestHead {
	/** In upper case as a rule, but as sent: methods are case-sensitive (RFC 9110, 9.1). */
	readonly method: string;
	/** How the client reached us. */
	readonly scheme: 'http' | 'https';
	/** The Host header, or ":authority"; empty when an HTTP/1.0 client sent none. */
	readonly authority: string;
	/** The path, never empty, without the query. */
	readonly path: string;
	/** What stands behind the first "?", or undefined without one. */
	readonly query: string | undefined;
	readonly headers: Headers;
}

/** Gives the request target in origin form: path and query. */
export const requestTarget = ({path, query}: Pick<RequestHead, 'path' | 'query'>): string =>
	query === undefined ? path : `${path}?${query}`;

/** Splits a request target in origin form into path and query. */
export const splitTarget = (target: string): {readonly path: string; readonly query: string | undefined} => {
	const mark = target.indexOf('?');
	return mark === -1 ? {path: target, query: undefined} : {path: target.slice(0, mark), query: target.slice(mark + 1)};
};
