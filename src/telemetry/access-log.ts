// One line of JSON a request, written when its reply has ended.

export interface AccessLogEntry {
	/** ISO time of the request's arrival. */
	readonly time: string;
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
	/** Of TLS that is passed through: the server that the client asked for; empty for other TCP. */
	readonly authority: string;
	readonly path: string;
	/** 0 when no reply was sent, and for TCP. */
	readonly status: number;
	/** Envoy's response flags, joined by commas; `-` for none. */
	readonly flags: string;
	readonly route: string | undefined;
	readonly attempts: number;
	readonly faults: readonly string[];
	readonly durationMs: number;
	readonly bytesSent: number;
	/** Address and port of the client: the same for requests on one connection. */
	readonly connection: string;
	readonly requestId: string;
	readonly revision: number;
	/** Why it failed, when it did. */
	readonly problem: string | undefined;
}

/** Writes an entry as one line, without the line break. */
export const formatAccessLog = (entry: AccessLogEntry): string => JSON.stringify(entry);
