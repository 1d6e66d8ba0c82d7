// What of an attempt's outcome calls for another one.
// Envoy: configuration/http/http_filters/router_filter, "x-envoy-retry-on".
import {headerValue} from '../http/headers.ts';
import type {Reply} from '../http/reply.ts';
import {RequestFailure} from '../http/request-failure.ts';

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

/** Tells whether a reply fulfils a condition; gRPC's two look at the head alone, as Envoy does. */
export const holdsForReply = (condition: RetryCondition, {status, headers}: Reply): boolean => {
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

/** Tells whether an attempt without a reply fulfils a condition. What the client or the rules are to blame for fulfils none. */
export const holdsForFailure = (condition: RetryCondition, error: unknown): boolean => {
	const kind = error instanceof RequestFailure ? error.kind : undefined;
	const isReset = kind === 'connect-failure' || kind === 'upstream-reset' || kind === 'upstream-timeout';
	switch (condition) {
		case '5xx':
		case 'gateway-error':
			return isReset || kind === 'no-healthy-upstream';
		case 'reset':
			return isReset;
		case 'connect-failure':
			return kind === 'connect-failure';
		// HTTP/2's REFUSED_STREAM: devmesh speaks HTTP/1.1 to services.
		case 'refused-stream':
		case 'retriable-4xx':
		case 'unavailable':
		case 'cancelled':
			return false;
	}
};
