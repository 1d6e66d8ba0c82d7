// What is known of one request or raw connection when it has ended at one proxy. Access log, spans and the API's list of requests are made of it.

export interface RequestRecord {
	/** When it arrived: milliseconds since 1970, with fractions. */
	readonly startedMs: number;
	readonly sidecar: string;
	readonly direction: 'inbound' | 'outbound' | 'gateway';
	readonly caller: string;
	readonly destination: string;
	readonly version: string | undefined;
	/** The endpoint of the last attempt. */
	readonly endpoint: string | undefined;
	readonly protocol: 'http' | 'tcp';
	/** Empty for TCP. */
	readonly method: string;
	readonly scheme: 'http' | 'https';
	/** Of TLS that is passed through: the server that was asked for; else empty for TCP. */
	readonly authority: string;
	/** With the query. */
	readonly path: string;
	/** 0 when no reply was sent, and for TCP. */
	readonly status: number;
	/** Envoy's response flags, joined by commas; `-` for none. */
	readonly flags: string;
	readonly route: string | undefined;
	readonly attempts: number;
	/** By their rule's id. */
	readonly faults: readonly string[];
	readonly durationMs: number;
	/** Of the body, from the caller. */
	readonly bytesReceived: number;
	/** Of the body, to the caller. */
	readonly bytesSent: number;
	/** Address and port of the client: the same for requests on one connection. */
	readonly connection: string;
	readonly requestId: string;
	readonly userAgent: string | undefined;
	readonly forwardedFor: string | undefined;
	readonly revision: number;
	/** Why it failed, when it did. */
	readonly problem: string | undefined;
	/** Absent for TCP. */
	readonly trace: RecordedTrace | undefined;
	/** One an attempt, of requests whose trace is sampled. */
	readonly tries: readonly RecordedTry[];
}

export interface RecordedTrace {
	/** 32 hex digits. */
	readonly traceId: string;
	/** 16 hex digits. */
	readonly spanId: string;
	readonly parentSpanId: string | undefined;
	readonly isSampled: boolean;
}

export interface RecordedTry {
	readonly spanId: string;
	/** After the request's arrival. */
	readonly startMs: number;
	readonly durationMs: number;
	readonly endpoint: string | undefined;
	readonly status: number | undefined;
	readonly problem: string | undefined;
	readonly faults: readonly string[];
}

/** Whether something went wrong: no answer, a 5xx, or a flag. */
export const isFailed = ({protocol, status, flags}: Pick<RequestRecord, 'protocol' | 'status' | 'flags'>): boolean =>
	flags !== '-' || status >= 500 || (protocol === 'http' && status === 0);
