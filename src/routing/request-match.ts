// Tells whether a request matches, and if not, at what it failed.
import {compileRequestChecks, type RoutedRequest} from './request-checks.ts';
import type {RequestMatch} from './route.ts';

export type MatchResult = {readonly matches: true} | {readonly matches: false; readonly reason: string};

/** Compiles a match; all of its fields must hold. Throws re2js's syntax error on a regular expression that is none. */
export const compileRequestMatch = (match: RequestMatch): ((request: RoutedRequest) => MatchResult) => {
	const checks = compileRequestChecks(match);
	return request => {
		const failed = checks.find(({holds}) => !holds(request));
		return failed ? {matches: false, reason: failed.reason} : matched;
	};
};

const matched: MatchResult = {matches: true};
