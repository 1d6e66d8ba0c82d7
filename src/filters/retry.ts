// Tries again when an attempt failed in a way that the policy names.
// Envoy: configuration/http/http_filters/router_filter, "x-envoy-retry-on"; Istio: HTTPRetry.
import {z} from 'zod';
import type {Clock} from '../common/clock.ts';
import type {Random} from '../common/random.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import type {Exchange, Handler} from '../http/exchange.ts';
import type {FilterDefinition} from '../http/filter.ts';
import {headerValue} from '../http/headers.ts';
import {createReplayableBody} from '../http/replayable-body.ts';
import type {Reply} from '../http/reply.ts';
import {RequestFailure} from '../http/request-failure.ts';
import {explainDuration} from './explain-units.ts';
import {milliseconds} from './filter-schemas.ts';
import {withDeadline} from './with-deadline.ts';

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
	create:
		(spec, {clock, random}) =>
		async (exchange, next) => {
			if (spec.attempts === 0 && spec.perTryTimeoutMs === 0) {
				return next(exchange);
			}

			const body = createReplayableBody(exchange.body, replayLimit);
			for (let attempt = exchange.attempt; ; attempt++) {
				const isLast = attempt - exchange.attempt >= spec.attempts;
				const outcome = await tryOnce({...exchange, attempt, body: body.read()}, next, spec, clock);
				if (!isRetriable(outcome, spec)) {
					return conclude(outcome);
				}

				if (isLast || !body.canReplay()) {
					if (attempt > exchange.attempt) {
						exchange.record.flags.add('URX');
					}

					return conclude(outcome);
				}

				if (outcome.kind === 'reply') {
					discard(outcome.reply);
				}

				await clock.sleep(backoff(attempt - exchange.attempt + 1, spec, random), exchange.signal);
			}
		},
};

/** Istio's default for every route: two more tries when nothing was sent yet, or the app said that it may be tried again. */
export const defaultRetry: RetrySpec = {
	kind: 'retry',
	attempts: 2,
	perTryTimeoutMs: ms(0),
	on: ['connect-failure', 'refused-stream', 'unavailable', 'cancelled'],
	statuses: [],
	backoffBaseMs: ms(25),
	backoffMaxMs: ms(250),
};

// Linkerd's: a body beyond this is sent once.
const replayLimit = 64 * 1024;

type Outcome = {readonly kind: 'reply'; readonly reply: Reply} | {readonly kind: 'failure'; readonly error: unknown};

const tryOnce = async (
	exchange: Exchange,
	next: Handler,
	{perTryTimeoutMs}: RetrySpec,
	clock: Clock,
): Promise<Outcome> => {
	try {
		const attempt =
			perTryTimeoutMs === 0
				? next(exchange)
				: withDeadline(exchange, next, clock, {
						remainingMs: perTryTimeoutMs,
						message: `${exchange.destination} did not begin to answer within ${explainDuration(perTryTimeoutMs)}`,
						until: 'head',
					});
		return {kind: 'reply', reply: await attempt};
	} catch (error) {
		// The time of the whole request is over, or its client is gone: no attempt can help.
		if (exchange.signal.aborted) {
			throw error;
		}

		return {kind: 'failure', error};
	}
};

const isRetriable = (outcome: Outcome, {on, statuses}: RetrySpec): boolean =>
	outcome.kind === 'reply'
		? statuses.includes(outcome.reply.status) || on.some(condition => holdsForReply(condition, outcome.reply))
		: on.some(condition => holdsForFailure(condition, outcome.error));

const holdsForReply = (condition: RetryCondition, {status, headers}: Reply): boolean => {
	switch (condition) {
		case '5xx':
			return status >= 500;
		case 'gateway-error':
			return status >= 502 && status <= 504;
		case 'retriable-4xx':
			return status === 409;
		case 'cancelled':
			return headerValue(headers, 'grpc-status') === '1';
		case 'unavailable':
			return headerValue(headers, 'grpc-status') === '14';
		case 'reset':
		case 'connect-failure':
		case 'refused-stream':
			return false;
	}
};

const holdsForFailure = (condition: RetryCondition, error: unknown): boolean => {
	const kind = error instanceof RequestFailure ? error.kind : undefined;
	const isUpstreams =
		kind === 'connect-failure' ||
		kind === 'upstream-reset' ||
		kind === 'upstream-timeout' ||
		kind === 'no-healthy-upstream';
	switch (condition) {
		case '5xx':
		case 'gateway-error':
			return isUpstreams;
		case 'reset':
			return kind === 'connect-failure' || kind === 'upstream-reset' || kind === 'upstream-timeout';
		case 'connect-failure':
			return kind === 'connect-failure';
		case 'refused-stream':
		case 'retriable-4xx':
		case 'unavailable':
		case 'cancelled':
			return false;
	}
};

const conclude = (outcome: Outcome): Reply => {
	if (outcome.kind === 'reply') {
		return outcome.reply;
	}

	throw outcome.error;
};

const discard = ({body}: Reply): void => {
	body
		.start({onChunk: () => true, onEnd: () => {}, onError: () => {}})
		.cancel(new RequestFailure('upstream-reset', 'the reply was discarded for another attempt'));
};

// Uniform between 0 and the bound, so that callers who failed together do not come back together.
const backoff = (retry: number, {backoffBaseMs, backoffMaxMs}: RetrySpec, random: Random): Milliseconds =>
	ms(random() * Math.min(backoffMaxMs, (2 ** retry - 1) * backoffBaseMs));
