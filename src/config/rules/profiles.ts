// Profiles choose among the services of compose files.
import type {Rule} from './rule.ts';

export const profiles: Rule = input =>
	input.profiles === undefined || input.compose !== undefined
		? []
		: [
				{
					code: 'DM2033',
					severity: 'warning',
					path: ['profiles'],
					at: 'key',
					finding: 'profiles are those of compose files, and there is none',
					remedy: 'Add compose: with the path of a compose file, or remove profiles.',
				},
			];
