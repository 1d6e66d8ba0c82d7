// Runs a handler against the clock; used by the timeout of a route and of an attempt.
import type {Clock} from '../common/clock.ts';
import type {Milliseconds} from '../common/units.ts';
import type {Body} from '../http/body.ts';
import type {Exchange, Handler} from '../http/exchange.ts';
import type {Reply} from '../http/reply.ts';
import {RequestFailure} from '../http/request-failure.ts';
import {whenBodyEnds} from '../http/when-body-ends.ts';

export interface Deadline {
	readonly remainingMs: Milliseconds;
	/** For the client, when it is missed. */
	readonly message: string;
	/** Whether the reply's head is enough, or its whole body must have come. */
	readonly until: 'head' | 'end';
}

/** Answers as the handler does, or rejects with `upstream-timeout` and aborts what the handler had under way. */
export const withDeadline = async (
	exchange: Exchange,
	next: Handler,
	clock: Clock,
	deadline: Deadline,
): Promise<Reply> => {
	const abort = new AbortController();
	const onOuterAbort = () => abort.abort(exchange.signal.reason);
	if (exchange.signal.aborted) {
		throw exchange.signal.reason;
	}

	exchange.signal.addEventListener('abort', onOuterAbort, {once: true});
	const cancelTimer = clock.after(deadline.remainingMs, () => {
		abort.abort(new RequestFailure('upstream-timeout', deadline.message));
	});
	const release = () => {
		cancelTimer();
		exchange.signal.removeEventListener('abort', onOuterAbort);
	};

	const aborted = new Promise<never>((_, reject) => {
		abort.signal.addEventListener('abort', () => reject(abort.signal.reason), {once: true});
	});
	aborted.catch(() => {});
	try {
		const reply = await Promise.race([next({...exchange, signal: abort.signal}), aborted]);
		if (deadline.until === 'head' || reply.body.length === 0 || reply.tunnel) {
			cancelTimer();
		}

		return deadline.until === 'head'
			? {...reply, body: whenBodyEnds(reply.body, release)}
			: {...reply, body: cancelling(reply.body, abort.signal, release)};
	} catch (error) {
		release();
		throw error;
	}
};

/** Breaks the body off when the signal is aborted. */
const cancelling = (body: Body, signal: AbortSignal, release: () => void): Body => ({
	length: body.length,
	start: sink => {
		const onAbort = () => flow.cancel(signal.reason);
		const flow = whenBodyEnds(body, () => {
			signal.removeEventListener('abort', onAbort);
			release();
		}).start(sink);
		if (signal.aborted) {
			onAbort();
		} else {
			signal.addEventListener('abort', onAbort, {once: true});
		}

		return flow;
	},
});
