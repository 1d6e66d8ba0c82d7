// One request on its way through a proxy, as filters see it.
import type {Milliseconds} from '../common/units.ts';
import type {AttemptRecord} from './attempt-record.ts';
import type {Body} from './body.ts';
import type {Reply} from './reply.ts';
import type {RequestHead} from './request-head.ts';
import type {ResponseFlag} from './response-flag.ts';
import type {TraceContext} from './trace-context.ts';

/** Where a request passes: into a sidecar's own app, out of it, or through the edge of the mesh. */
export type Direction = 'inbound' | 'outbound' | 'gateway';

/** Who a peer is, as proven by its certificate, or by the loopback address of a sidecar's own app. */
export interface Identity {
	/** The service's name; `unknown` without a certificate, `host` for a caller on the host, `gateway` for the edge. */
	readonly service: string;
	/** The SPIFFE id, when a certificate proved it. */
	readonly spiffeId?: string;
}

/** A service or a version of it, as chosen for a request. */
export interface BackendRef {
	readonly service: string;
	/** Absent: any version. */
	readonly version?: string;
}

/** An exchange is copied, not changed: a filter hands `{...exchange, request}` on. Only the record is written to. */
export interface Exchange {
	/** The caller's `x-request-id`, or one that was made. */
	readonly id: string;
	/** What draws for it start from: the caller's request id, else the edge, method, path and how many of these came before. */
	readonly key: string;
	readonly direction: Direction;
	/** When the head had arrived. */
	readonly startedAt: Milliseconds;
	/** Address and port of whoever sent it. */
	readonly client: string;
	readonly caller: Identity;
	/** The service that is called. */
	readonly destination: string;
	/** Which of its ports is called. Absent: the service's own. */
	readonly port?: number;
	readonly request: RequestHead;
	readonly body: Body;
	/** Aborted when the client leaves or the time of the route or of this attempt is over; its reason is a RequestFailure. */
	readonly signal: AbortSignal;
	/** The span of this hop; absent for raw connections. */
	readonly span?: HopSpan;
	/** From 1; retries count on. */
	readonly attempt: number;
	readonly backend?: BackendRef;
	/** The id of the endpoint that takes this attempt, once picked. */
	readonly endpoint?: string;
	readonly record: ExchangeRecord;
}

/** The span of a request's way through one proxy. */
export interface HopSpan extends TraceContext {
	/** The span of whoever sent the request; absent at the root of a trace. */
	readonly parentSpanId?: string;
}

/** What happened to a request, written by the filters, read when it has ended. */
export interface ExchangeRecord {
	readonly flags: Set<ResponseFlag>;
	/** The route that matched. */
	route: string | undefined;
	/** The service that it was sent to, when that is not the one that was called. */
	destination: string | undefined;
	/** Which version answered, for metrics. */
	version: string | undefined;
	/** How many attempts were made. */
	attempts: number;
	/** The endpoint of the last attempt. */
	endpoint: string | undefined;
	/** The faults that were injected, by their rule's id. */
	readonly faults: string[];
	/** One a try, of traced requests. */
	readonly tries: AttemptRecord[];
}

/** Creates an empty record. */
export const createRecord = (): ExchangeRecord => ({
	flags: new Set(),
	route: undefined,
	destination: undefined,
	version: undefined,
	attempts: 0,
	endpoint: undefined,
	faults: [],
	tries: [],
});

/** Answers an exchange, or rejects with a RequestFailure. */
export type Handler = (exchange: Exchange) => Promise<Reply>;
