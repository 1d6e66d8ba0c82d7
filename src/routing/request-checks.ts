// Takes a match apart into single checks, each of which can say what a request lacks.
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

export interface RequestCheck {
	readonly holds: (request: RoutedRequest) => boolean;
	/** What a request lacks for which it does not hold. */
	readonly reason: string;
}

/** Compiles the fields of a match, the cheap ones first; none for a match of everything. Throws re2js's syntax error on a regular expression that is none. */
export const compileRequestChecks = (match: RequestMatch): readonly RequestCheck[] => [
	...callerChecks(match),
	...methodChecks(match),
	...pathChecks(match),
	...(match.headers ?? []).map(headerCheck),
	...(match.query ?? []).map(queryCheck),
];

const callerChecks = ({from}: RequestMatch): readonly RequestCheck[] =>
	from ? [{holds: ({caller}) => from.includes(caller), reason: `the caller is not ${from.join(' or ')}`}] : [];

const methodChecks = ({methods}: RequestMatch): readonly RequestCheck[] =>
	methods
		? [{holds: ({head}) => methods.includes(head.method), reason: `the method is not ${methods.join(' or ')}`}]
		: [];

const pathChecks = ({path}: RequestMatch): readonly RequestCheck[] => {
	if (!path) {
		return [];
	}

	const matches = compilePathMatch(path);
	return [{holds: ({head}) => matches(head.path), reason: `the path is not ${explainPathMatch(path)}`}];
};

// Several fields of one name are one value, joined by commas (RFC 9110, 5.3), as Envoy matches them.
const headerCheck = ({name, match}: NamedMatch): RequestCheck => {
	const matches = compileStringMatch(match);
	return {
		holds: ({head}) => {
			const values = headerValues(head.headers, name);
			return matches(values.length === 0 ? undefined : values.join(','));
		},
		reason: `not so: the header ${name} ${explainStringMatch(match)}`,
	};
};

const queryCheck = ({name, match}: NamedMatch): RequestCheck => {
	const matches = compileStringMatch(match);
	return {
		holds: ({head}) => matches(new URLSearchParams(head.query ?? '').get(name) ?? undefined),
		reason: `not so: the query parameter ${name} ${explainStringMatch(match)}`,
	};
};
