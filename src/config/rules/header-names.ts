// A header that no request can have never matches.
import type {ConfigPath, Finding} from '../finding.ts';
import type {RequestMatchInput} from '../schema/match.ts';
import {placedRequestMatches} from './all-matches.ts';
import type {Rule} from './rule.ts';

// RFC 9110, 5.6.2: token.
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

export const headerNames: Rule = input =>
	placedRequestMatches(input).flatMap(({path, match}) => badNames([...path, 'headers'], match));

const badNames = (path: ConfigPath, {headers = {}}: RequestMatchInput): readonly Finding[] =>
	Object.keys(headers)
		.filter(name => !token.test(name))
		.map(name => ({
			code: 'DM2024',
			path: [...path, name],
			at: 'key',
			finding: `no header can be named ${JSON.stringify(name)}`,
			remedy: 'Use letters, digits and dashes, such as x-user; the path and the method have keys of their own.',
		}));
