// Every path begins with a slash and ends before the query, so other matches never match.
import type {ConfigPath, Finding} from '../finding.ts';
import type {PathMatchInput} from '../schema/match.ts';
import {allPathMatches} from './all-matches.ts';
import type {Rule} from './rule.ts';

export const pathMatches: Rule = input => allPathMatches(input).flatMap(({path, match}) => checkPath(path, match));

const checkPath = (path: ConfigPath, match: PathMatchInput): readonly Finding[] => {
	const {exact, prefix} = typeof match === 'string' ? {exact: match, prefix: undefined} : match;
	const key = exact === undefined ? 'prefix' : 'exact';
	const value = exact ?? prefix;
	const place = typeof match === 'string' ? path : [...path, key];
	if (value === undefined) {
		return [];
	}

	if (/[?#]/.test(value)) {
		return [never(place, value, 'Leave out what follows the path; match the query by query: { name: value }.')];
	}

	// OPTIONS * is the one request without a path.
	return value.startsWith('/') || (key === 'exact' && value === '*') ? [] : [never(place, value, `Write /${value}.`)];
};

const never = (path: ConfigPath, value: string, remedy: string): Finding => ({
	code: 'DM2023',
	path,
	finding: `no path is ${JSON.stringify(value)} or begins so`,
	remedy,
});
