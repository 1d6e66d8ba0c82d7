// Matches one string: exact, by prefix, by suffix, by regular expression, or by presence.
import {RE2JS} from 're2js';

/** Named as Istio's StringMatch. Regular expressions are RE2's, match the whole string, and take linear time. */
export type StringMatch =
	| {readonly kind: 'exact'; readonly value: string; readonly ignoreCase?: boolean}
	| {readonly kind: 'prefix'; readonly value: string; readonly ignoreCase?: boolean}
	| {readonly kind: 'suffix'; readonly value: string; readonly ignoreCase?: boolean}
	| {readonly kind: 'regex'; readonly value: string}
	| {readonly kind: 'present'; readonly value: boolean};

/** Tells whether a value (undefined when absent) matches. */
export type StringMatcher = (value: string | undefined) => boolean;

/** Compiles a match. Throws re2js's syntax error on a regular expression that is none. */
export const compileStringMatch = (match: StringMatch): StringMatcher => {
	switch (match.kind) {
		case 'present':
			return value => (value !== undefined) === match.value;
		case 'regex': {
			const pattern = RE2JS.compile(match.value);
			return value => value !== undefined && pattern.matches(value);
		}

		default: {
			const fold = match.ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text;
			const wanted = fold(match.value);
			return value => value !== undefined && comparisons[match.kind](fold(value), wanted);
		}
	}
};

/** Says the match in words: `is "jason"`, `starts with "/cart"`. */
export const explainStringMatch = (match: StringMatch): string => {
	const folded = match.kind !== 'regex' && match.kind !== 'present' && match.ignoreCase ? ' (any case)' : '';
	switch (match.kind) {
		case 'exact':
			return `is "${match.value}"${folded}`;
		case 'prefix':
			return `starts with "${match.value}"${folded}`;
		case 'suffix':
			return `ends with "${match.value}"${folded}`;
		case 'regex':
			return `matches /${match.value}/`;
		case 'present':
			return match.value ? 'is present' : 'is absent';
	}
};

const comparisons = {
	exact: (value: string, wanted: string) => value === wanted,
	prefix: (value: string, wanted: string) => value.startsWith(wanted),
	suffix: (value: string, wanted: string) => value.endsWith(wanted),
};
