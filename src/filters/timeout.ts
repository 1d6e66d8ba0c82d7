// Gives up on a request, all of its attempts and waiting included, when its time is over.
// Envoy: config/route/v3 RouteAction.timeout: the time until the whole reply has come; a global timeout is never retried.
import * as z from 'zod';
import type {Milliseconds} from '../common/units.ts';
import type {FilterDefinition} from '../http/filter.ts';
import {explainDuration} from './explain-units.ts';
import {milliseconds} from './filter-schemas.ts';
import {withDeadline} from './with-deadline.ts';

export interface TimeoutSpec {
	readonly kind: 'timeout';
	/** From the arrival of the request to the end of the reply, in milliseconds. 0 waits for ever. */
	readonly durationMs: Milliseconds;
}

export const timeout: FilterDefinition<'timeout', TimeoutSpec> = {
	kind: 'timeout',
	schema: z.strictObject({kind: z.literal('timeout'), durationMs: milliseconds}),
	explain: spec => `give up after ${explainDuration(spec.durationMs)}`,
	create:
		(spec, {clock}) =>
		(exchange, next) =>
			spec.durationMs === 0
				? next(exchange)
				: withDeadline(exchange, next, clock, {
						// From arrival, not from now: the request has used up part of its time already.
						remainingMs: (spec.durationMs - (clock.now() - exchange.startedAt)) as Milliseconds,
						message: `${exchange.destination} did not answer within ${explainDuration(spec.durationMs)}`,
						until: 'end',
					}),
};
