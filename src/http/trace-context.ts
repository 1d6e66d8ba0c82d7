// Which trace a request belongs to, as its headers say it: W3C's `traceparent`, and B3 in one header or several.
// Sources: W3C Trace Context (2021); openzipkin/b3-propagation.
import {type Headers, headerValue, withoutHeaders} from './headers.ts';

export interface TraceContext {
	/** 32 hex digits in lower case. */
	readonly traceId: string;
	/** 16 hex digits in lower case: of whoever sent the request. */
	readonly spanId: string;
	readonly isSampled: boolean;
}

export interface GivenTrace {
	/** Absent when the caller only said whether to sample. */
	readonly context?: Omit<TraceContext, 'isSampled'>;
	/** Absent when the caller left it open. */
	readonly isSampled?: boolean;
}

/** Reads what a caller says of its trace; whatever is malformed counts as absent. W3C's header wins over B3's. */
export const readTrace = (headers: Headers): GivenTrace =>
	readTraceparent(headerValue(headers, 'traceparent')) ?? readB3(headers) ?? {};

/** Sets the headers of a span, W3C's and B3's: apps forward the ones they know. `tracestate` stays as it came. */
export const withTrace = (headers: Headers, {traceId, spanId, isSampled}: TraceContext): string[] => [
	...withoutHeaders(headers, replaced),
	'traceparent',
	`00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`,
	'x-b3-traceid',
	traceId,
	'x-b3-spanid',
	spanId,
	'x-b3-sampled',
	isSampled ? '1' : '0',
];

const replaced: ReadonlySet<string> = new Set([
	'traceparent',
	'b3',
	'x-b3-traceid',
	'x-b3-spanid',
	'x-b3-parentspanid',
	'x-b3-sampled',
	'x-b3-flags',
]);

// A later version may have more parts behind these (4.: "Versioning of traceparent"); ff is none.
const traceparentForm = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

const readTraceparent = (value: string | undefined): GivenTrace | undefined => {
	const [, version, traceId = '', spanId = '', flags = '', more] = traceparentForm.exec(value ?? '') ?? [];
	if (version === undefined || (version === '00' && more !== undefined)) {
		return undefined;
	}

	return contextOf(traceId, spanId, (Number.parseInt(flags, 16) & 1) === 1);
};

const readB3 = (headers: Headers): GivenTrace | undefined => {
	const single = headerValue(headers, 'b3');
	if (single !== undefined) {
		return readSingleB3(single);
	}

	const flags = headerValue(headers, 'x-b3-flags');
	const sampled = flags === '1' ? true : readSampling(headerValue(headers, 'x-b3-sampled'));
	const found = contextOf(
		headerValue(headers, 'x-b3-traceid')?.toLowerCase() ?? '',
		headerValue(headers, 'x-b3-spanid')?.toLowerCase() ?? '',
		sampled,
	);
	return found ?? (sampled === undefined ? undefined : {isSampled: sampled});
};

/** `<trace>-<span>[-<sampled>[-<parent>]]`, or the sampling alone. */
const readSingleB3 = (value: string): GivenTrace | undefined => {
	const [traceId = '', spanId, sampling] = value.toLowerCase().split('-');
	if (spanId === undefined) {
		const isSampled = readSampling(traceId);
		return isSampled === undefined ? undefined : {isSampled};
	}

	return contextOf(traceId, spanId, readSampling(sampling));
};

const readSampling = (value: string | undefined): boolean | undefined => {
	switch (value?.toLowerCase()) {
		case '1':
		case 'true':
		case 'd':
			return true;
		case '0':
		case 'false':
			return false;
		default:
			return undefined;
	}
};

const contextOf = (traceId: string, spanId: string, isSampled: boolean | undefined): GivenTrace | undefined => {
	// B3 allows ids of half the length.
	const whole = traceId.length === 16 ? traceId.padStart(32, '0') : traceId;
	if (!/^(?!0{32})[0-9a-f]{32}$/.test(whole) || !/^(?!0{16})[0-9a-f]{16}$/.test(spanId)) {
		return undefined;
	}

	return {
		context: {traceId: whole, spanId},
		...(isSampled !== undefined && {isSampled}),
	};
};
