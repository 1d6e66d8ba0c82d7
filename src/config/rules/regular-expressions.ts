// Regular expressions must be RE2's.
import {RE2JS} from 're2js';
import type {ConfigPath, Finding} from '../finding.ts';
import {allMatches} from './all-matches.ts';
import type {Rule} from './rule.ts';

export const regularExpressions: Rule = input => [
	...allMatches(input).flatMap(({path, match}) =>
		match.regex === undefined ? [] : check([...path, 'regex'], match.regex),
	),
	...Object.entries(input.services).flatMap(([name, {health, versions = {}}]) => [
		...(health?.log === undefined ? [] : check(['services', name, 'health', 'log'], health.log)),
		...Object.entries(versions).flatMap(([version, settings]) =>
			settings.health?.log === undefined
				? []
				: check(['services', name, 'versions', version, 'health', 'log'], settings.health.log),
		),
	]),
];

const check = (path: ConfigPath, pattern: string): readonly Finding[] => {
	try {
		RE2JS.compile(pattern);
		return [];
	} catch (error) {
		return [
			{
				code: 'DM2009',
				path,
				finding: `this is no regular expression: ${(error as Error).message.replace(/^error parsing regexp: /, '')}`,
				remedy: 'Correct it. The syntax is RE2: no look-around, no references back.',
			},
		];
	}
};
