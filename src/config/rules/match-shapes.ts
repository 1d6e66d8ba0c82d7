// A match says exactly one thing.
import type {Finding} from '../finding.ts';
import {allMatches} from './all-matches.ts';
import type {Rule} from './rule.ts';

const kinds = ['exact', 'prefix', 'suffix', 'regex', 'present'] as const;

export const matchShapes: Rule = input =>
	allMatches(input).flatMap(({path, match}): readonly Finding[] => {
		const given = kinds.filter(kind => (match as Readonly<Record<string, unknown>>)[kind] !== undefined);
		return given.length === 1
			? []
			: [
					{
						code: 'DM2019',
						path,
						at: 'key',
						finding: given.length === 0 ? 'a match says nothing' : `a match says ${given.join(' and ')} at once`,
						remedy:
							'Give exactly one of exact, prefix, suffix, regex and present; for paths, of exact, prefix and regex.',
					},
				];
	});
