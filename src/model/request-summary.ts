// Requests as the API lists them.
import type {RequestRecord} from '../telemetry/request-record.ts';

export interface RequestSummary extends Omit<RequestRecord, 'trace' | 'tries'> {
	/** Counts up over all proxies of the mesh, in the order in which the control plane heard of them. */
	readonly number: number;
	readonly traceId: string | undefined;
}

/** Absent: whatever it is. */
export interface RequestQuery {
	/** The caller. */
	readonly from?: string;
	/** The service that was called. */
	readonly to?: string;
	/** The proxy that saw it; each request is seen by two. */
	readonly sidecar?: string;
	readonly direction?: RequestRecord['direction'];
	readonly status?: number;
	readonly trace?: string;
	/** The request's id. */
	readonly request?: string;
	/** Only those with a 5xx or a response flag. */
	readonly failed: boolean;
	/** Only those with a higher number. */
	readonly after: number;
	/** The newest this many. */
	readonly limit: number;
}

export interface RequestList {
	readonly requests: readonly RequestSummary[];
	/** Of the newest request of the mesh: what to ask for as `after` next. */
	readonly newest: number;
}
