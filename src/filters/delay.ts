// Holds a request back before it goes on: a fault.
import * as z from 'zod';
import type {Milliseconds, Ratio} from '../common/units.ts';
import type {FilterDefinition} from '../http/filter.ts';
import {explainDuration, explainShare} from './explain-units.ts';
import {milliseconds, share} from './filter-schemas.ts';

export interface DelaySpec {
	readonly kind: 'delay';
	/** Added to the time of a request, in milliseconds, from 0. */
	readonly durationMs: Milliseconds;
	/** Which share of the requests to hold. Default of own rules: 1. */
	readonly share: Ratio;
}

export const delay: FilterDefinition<'delay', DelaySpec> = {
	kind: 'delay',
	schema: z.strictObject({kind: z.literal('delay'), durationMs: milliseconds, share}),
	explain: spec => `wait ${explainDuration(spec.durationMs)}${explainShare(spec.share)}`,
	create:
		(spec, {clock, draw, rule}) =>
		async (exchange, next) => {
			if (draw(exchange) < spec.share) {
				exchange.record.flags.add('DI');
				exchange.record.faults.push(rule);
				await clock.sleep(spec.durationMs, exchange.signal);
			}

			return next(exchange);
		},
};
