// Gives each attempt a span of its own, and tells the next proxy of it.
import type {Clock} from '../common/clock.ts';
import type {IdSource} from '../common/trace-ids.ts';
import type {AttemptRecord} from '../http/attempt-record.ts';
import type {Filter} from '../http/filter.ts';
import {withTrace} from '../http/trace-context.ts';

export interface TraceTools {
	readonly clock: Clock;
	readonly ids: IdSource;
}

/** Creates the step; it stands above the faults, whose delay belongs to the attempt. */
export const traceAttempt =
	({clock, ids}: TraceTools): Filter =>
	async (exchange, next) => {
		const {span, request, record} = exchange;
		if (!span) {
			return next(exchange);
		}

		const spanId = ids.spanId();
		const traced = {...exchange, request: {...request, headers: withTrace(request.headers, {...span, spanId})}};
		if (!span.isSampled) {
			return next(traced);
		}

		const attempt: AttemptRecord = {spanId, startedAt: clock.now(), endpoint: exchange.endpoint, faults: []};
		const faultsBefore = record.faults.length;
		record.tries.push(attempt);
		try {
			const reply = await next(traced);
			attempt.status = reply.status;
			return reply;
		} catch (error) {
			attempt.problem = (error as Error).message;
			throw error;
		} finally {
			attempt.endedAt = clock.now();
			attempt.faults = record.faults.slice(faultsBefore);
		}
	};
