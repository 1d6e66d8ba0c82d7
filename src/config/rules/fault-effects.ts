// A fault must do something.
import type {ConfigPath, Finding} from '../finding.ts';
import type {FaultInput} from '../schema/traffic.ts';
import type {Rule} from './rule.ts';

export const faultEffects: Rule = ({faults = []}) =>
	faults.flatMap((fault, index) => checkEffect(fault, ['faults', index]));

/** Finds a fault without an effect. */
export const checkEffect = ({to, delay, abort}: FaultInput, path: ConfigPath): readonly Finding[] =>
	delay || abort
		? []
		: [
				{
					code: 'DM2018',
					path,
					finding: `the fault on ${to} does nothing`,
					remedy: 'Add delay: { duration: 2s } or abort: { status: 503 }.',
				},
			];
