// Tells whether a request matches, and if not, at what it failed.

import {headerValues} from '../http/headers.ts';
import {compilePathMatch, explainPathMatch} from '../http/path-match.ts';
import type {RequestHead} from '../http/request-head.ts';
import {compileStringMatch, explainStringMatch} from '../http/string-match.ts';
import type {NamedMatch, RequestMatch} from './route.ts';

/** A request as routes look at it. */
export interface RoutedRequest {
	readonly head: RequestHead;
	/** The calling service. */
	readonly caller: string;
}

export type MatchResult = {readonly matches: true} | {readonly matches: false; readonly reason: string};

/** Compiles a match; all of its fields must hold. Throws re2js's syntax error on a regular expression that is none. */
export const compileRequestMatch = (match: RequestMatch): ((request: RoutedRequest) => MatchResult) => {
	const checks = [
		...callerChecks(match),
		...methodChecks(match),
		...pathChecks(match),
		...(match.headers ?? []).map(headerCheck),
		...(match.query ?? []).map(queryCheck),
	];
	return request => {
		const failed = checks.find(({holds}) => !holds(request));
		return failed ? {matches: false, reason: failed.reason} : matched;
	};
};

const matched: MatchResult = {matches: true};

interface Check {
	readonly holds: (request: RoutedRequest) => boolean;
	/** What the request lacks. */
	readonly reason: string;
}

const callerChecks = ({from}: RequestMatch): readonly Check[] =>
	from ? [{holds: ({caller}) => from.includes(caller), reason: `the caller is not ${from.join(' or ')}`}] : [];

const methodChecks = ({methods}: RequestMatch): readonly Check[] =>
	methods
		? [{holds: ({head}) => methods.includes(head.method), reason: `the method is not ${methods.join(' or ')}`}]
		: [];

const pathChecks = ({path}: RequestMatch): readonly Check[] => {
	if (!path) {
		return [];
	}

	const matches = compilePathMatch(path);
	return [{holds: ({head}) => matches(head.path), reason: `the path is not ${explainPathMatch(path)}`}];
};

// Several fields of one name are one value, joined by commas (RFC 9110, 5.3), as Envoy matches them.
const headerCheck = ({name, match}: NamedMatch): Check => {
	const matches = compileStringMatch(match);
	return {
		holds: ({head}) => {
			const values = headerValues(head.headers, name);
			return matches(values.length === 0 ? undefined : values.join(','));
		},
		reason: `not so: the header ${name} ${explainStringMatch(match)}`,
	};
};

const queryCheck = ({name, match}: NamedMatch): Check => {
	const matches = compileStringMatch(match);
	return {
		holds: ({head}) => matches(new URLSearchParams(head.query ?? '').get(name) ?? undefined),
		reason: `not so: the query parameter ${name} ${explainStringMatch(match)}`,
	};
};
