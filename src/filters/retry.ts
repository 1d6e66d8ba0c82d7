// Tries again when an attempt failed in a way that the policy names.
// Envoy: configuration/http/http_filters/router_filter; Istio: HTTPRetry.
import * as z from 'zod';
import type {Clock} from '../common/clock.ts';
import type {Random} from '../common/random.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import type {Exchange, Handler} from '../http/exchange.ts';
import type {FilterDefinition, FilterTools} from '../http/filter.ts';
import {createReplayableBody, type ReplayableBody} from '../http/replayable-body.ts';
import type {Reply} from '../http/reply.ts';
import {RequestFailure} from '../http/request-failure.ts';
import {explainDuration} from './explain-units.ts';
import {milliseconds} from './filter-schemas.ts';
import {holdsForFailure, holdsForReply, type RetryCondition, retryConditions} from './retry-conditions.ts';
import {withDeadline} from './with-deadline.ts';

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
		[
			spec.attempts === 0
				? 'never retry'
				: `retry ${spec.attempts === 1 ? 'once' : `up to ${spec.attempts} times`} on ${[...spec.on, ...spec.statuses].join(', ')}`,
			spec.perTryTimeoutMs === 0 ? '' : `${explainDuration(spec.perTryTimeoutMs)} each`,
		]
			.filter(Boolean)
			.join(', '),
	create: (spec, tools) => async (exchange, next) => {
		if (spec.attempts === 0 && spec.perTryTimeoutMs === 0) {
			return next(exchange);
		}

		const body = createReplayableBody(exchange.body, replayLimit);
		try {
			const reply = await tryInTurn(exchange, next, spec, tools, body);
			body.keepNoMore();
			return reply;
		} catch (error) {
			body.cancel(error as Error);
			throw error;
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

const tryInTurn = async (
	exchange: Exchange,
	next: Handler,
	spec: RetrySpec,
	{clock, random}: FilterTools,
	body: ReplayableBody,
): Promise<Reply> => {
	for (let retries = 0; ; retries++) {
		const attempt = {...exchange, attempt: exchange.attempt + retries, body: body.read()};
		const outcome = await tryOnce(attempt, next, spec, clock);
		if (!isRetriable(outcome, spec)) {
			return conclude(outcome);
		}

		if (retries > 0 && retries === spec.attempts) {
			exchange.record.flags.add('URX');
		}

		if (retries === spec.attempts || !body.canReplay()) {
			return conclude(outcome);
		}

		if (outcome.kind === 'reply') {
			discard(outcome.reply);
		}

		await clock.sleep(backoff(retries + 1, spec, random), exchange.signal);
	}
};

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

const conclude = (outcome: Outcome): Reply => {
	if (outcome.kind === 'reply') {
		return outcome.reply;
	}

	throw outcome.error;
};

const discard = ({body, tunnel}: Reply): void => {
	tunnel?.destroy();
	body
		.start({onChunk: () => true, onEnd: () => {}, onError: () => {}})
		.cancel(new RequestFailure('upstream-reset', 'the reply was discarded for another attempt'));
};

// Uniform between 0 and the bound, so that callers who failed together do not come back together.
const backoff = (retry: number, {backoffBaseMs, backoffMaxMs}: RetrySpec, random: Random): Milliseconds =>
	ms(random() * Math.min(backoffMaxMs, (2 ** retry - 1) * backoffBaseMs));
