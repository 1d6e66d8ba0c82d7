// Tries again when an attempt failed in a way that the policy names.
// Envoy: configuration/http/http_filters/router_filter, "x-envoy-retry-on"; Istio: HTTPRetry.
import {z} from 'zod';
import type {Milliseconds} from '../common/units.ts';
import type {FilterDefinition} from '../http/filter.ts';
import {explainDuration} from './explain-units.ts';
import {milliseconds} from './filter-schemas.ts';

/** Envoy's words; `retriable-4xx` is 409 alone. */
export const retryConditions = [
	'5xx',
	'gateway-error',
	'reset',
	'connect-failure',
	'refused-stream',
	'retriable-4xx',
	'unavailable',
	'cancelled',
] as const;

export type RetryCondition = (typeof retryConditions)[number];

export interface RetrySpec {
	readonly kind: 'retry';
	/** How many times to try again after the first; 0 for never. Default: 2 (Istio). */
	readonly attempts: number;
	/** For the head of each attempt's reply, in milliseconds; 0 for no limit. Default: 0. */
	readonly perTryTimeoutMs: Milliseconds;
	/** Default: connect-failure, refused-stream, unavailable, cancelled (Istio). */
	readonly on: readonly RetryCondition[];
	/** Status codes to try again on. */
	readonly statuses: readonly number[];
	/** Back-off before retry n lies at random between 0 and (2^n − 1) times this, in milliseconds. Default: 25. */
	readonly backoffBaseMs: Milliseconds;
	/** The longest back-off, in milliseconds. Default: 250. */
	readonly backoffMaxMs: Milliseconds;
}

export const retry: FilterDefinition<'retry', RetrySpec> = {
	kind: 'retry',
	schema: z.strictObject({
		kind: z.literal('retry'),
		attempts: z.int().min(0),
		perTryTimeoutMs: milliseconds,
		on: z.array(z.enum(retryConditions)).readonly(),
		statuses: z.array(z.int().min(100).max(599)).readonly(),
		backoffBaseMs: milliseconds,
		backoffMaxMs: milliseconds,
	}),
	explain: spec =>
		spec.attempts === 0
			? 'never retry'
			: `retry up to ${spec.attempts} times on ${[...spec.on, ...spec.statuses].join(', ')}${spec.perTryTimeoutMs === 0 ? '' : `, ${explainDuration(spec.perTryTimeoutMs)} each`}`,
	create: () => async (exchange, next) => next(exchange),
};
