// A match says exactly one thing.
import type {ConfigPath, Finding} from '../finding.ts';
import {allMatches, placedRequestMatches} from './all-matches.ts';
import type {Rule} from './rule.ts';

export const matchShapes: Rule = input => [
	...allMatches(input).flatMap(({path, match}) => checkMatch(path, match)),
	...placedRequestMatches(input).flatMap(({path, match}) =>
		match.method && match.methods ? [methodTwice([...path, 'methods'])] : [],
	),
];

const kinds = ['exact', 'prefix', 'suffix', 'regex', 'present'] as const;

const checkMatch = (path: ConfigPath, match: Readonly<Record<string, unknown>>): readonly Finding[] => {
	const given = kinds.filter(kind => match[kind] !== undefined);
	if (given.length !== 1) {
		return [
			{
				code: 'DM2019',
				path,
				at: 'key',
				finding: given.length === 0 ? 'a match says nothing' : `a match says ${given.join(' and ')} at once`,
				remedy: 'Give exactly one of exact, prefix, suffix, regex and present; for paths, of exact, prefix and regex.',
			},
		];
	}

	return match['ignoreCase'] === undefined || !['regex', 'present'].includes(given[0] ?? '')
		? []
		: [
				{
					code: 'DM2019',
					path: [...path, 'ignoreCase'],
					at: 'key',
					finding: `ignoreCase has no effect with ${given[0]}`,
					remedy: given[0] === 'regex' ? 'Begin the expression with (?i) instead.' : 'Leave it out.',
				},
			];
};

const methodTwice = (path: ConfigPath): Finding => ({
	code: 'DM2019',
	path,
	at: 'key',
	finding: 'a match has both method and methods',
	remedy: 'They mean the same: keep one, with all methods in it.',
});
