// Begins the span of a request's way through one proxy: in the caller's trace, or at the root of a new one.
import type {Clock} from '../common/clock.ts';
import {drawByHash} from '../common/random.ts';
import {createTokenBucket} from '../common/token-bucket.ts';
import type {IdSource} from '../common/trace-ids.ts';
import type {HopSpan} from '../http/exchange.ts';
import type {Headers} from '../http/headers.ts';
import {readTrace} from '../http/trace-context.ts';

export interface Tracer {
	/** The share of new traces that are sampled lies from 0 to 1; a caller's own word goes before it. */
	readonly begin: (headers: Headers, share: number) => HopSpan;
}

// Whole traces are left out, not spans of them: whoever calls next goes by what was decided here.
const burst = 5000;
const perSecond = 500;

/** Creates a tracer. */
export const createTracer = (clock: Clock, ids: IdSource): Tracer => {
	const hasRoom = createTokenBucket({clock, burst, perSecond});
	const isSampledHere = (traceId: string, share: number): boolean =>
		share > 0 && (share >= 1 || drawByHash(0, traceId) < share) && hasRoom();
	return {
		begin: (headers, share) => {
			const {context, isSampled} = readTrace(headers);
			const traceId = context?.traceId ?? ids.traceId();
			return {
				traceId,
				spanId: ids.spanId(),
				...(context && {parentSpanId: context.spanId}),
				isSampled: isSampled ?? isSampledHere(traceId, share),
			};
		},
	};
};
