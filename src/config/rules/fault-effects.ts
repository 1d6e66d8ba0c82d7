// A fault must do something.
import type {Finding} from '../finding.ts';
import type {Rule} from './rule.ts';

export const faultEffects: Rule = ({faults = []}) =>
	faults.flatMap(({to, delay, abort}, index): readonly Finding[] =>
		delay || abort
			? []
			: [
					{
						code: 'DM2018',
						path: ['faults', index],
						finding: `the fault on ${to} does nothing`,
						remedy: 'Add delay: { duration: 2s } or abort: { status: 503 }.',
					},
				],
	);
