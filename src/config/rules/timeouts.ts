// A time for one attempt that is longer than the time for all has no effect.
import type {Finding} from '../finding.ts';
import type {Rule} from './rule.ts';

export const timeouts: Rule = ({routes = []}) =>
	routes.flatMap(({timeout, retries}, index): readonly Finding[] =>
		timeout !== undefined && timeout > 0 && retries?.perTryTimeout !== undefined && retries.perTryTimeout >= timeout
			? [
					{
						code: 'DM2022',
						severity: 'warning',
						path: ['routes', index, 'retries', 'perTryTimeout'],
						finding: 'perTryTimeout is not below the timeout of the route, so it never takes effect',
						remedy: 'Make it shorter than timeout, or leave it out.',
					},
				]
			: [],
	);
