// A span as devmesh knows it, before it is put into the words of Jaeger or OpenTelemetry.

export interface MeshSpan {
	/** 32 hex digits. */
	readonly traceId: string;
	/** 16 hex digits. */
	readonly spanId: string;
	readonly parentSpanId: string | undefined;
	/** Whose proxy it was: a service, or `gateway`, or `host`. */
	readonly service: string;
	readonly name: string;
	/** `server`: into an app or the gateway; `client`: out of a sidecar, and each attempt. */
	readonly kind: 'server' | 'client';
	/** Milliseconds since 1970, with fractions. */
	readonly startMs: number;
	readonly endMs: number;
	readonly isError: boolean;
	/** Why it failed, in one sentence. */
	readonly problem: string | undefined;
	readonly tags: Readonly<Record<string, string | number | boolean>>;
}

export interface Trace {
	readonly traceId: string;
	/** By their start. */
	readonly spans: readonly MeshSpan[];
}
