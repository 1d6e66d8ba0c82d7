// What the control plane and a proxy process say to each other: one JSON object a line over mTLS.
// The control plane dials; the proxy process greets first.
import type {Milliseconds} from '../common/units.ts';
import type {RequestRecord} from '../telemetry/request-record.ts';
import type {RequestStats} from '../telemetry/request-stats.ts';
import type {Certificate} from './certificate.ts';
import type {Snapshot} from './snapshot.ts';
import type {WayBack} from './way-back.ts';

/** Raised when a message changes its meaning. */
export const controlProtocolVersion = 1;

export type ToProxy =
	/** Adopt this snapshot whole, or refuse it and keep the last one. Creates the sidecar when it does not exist yet. */
	| {readonly kind: 'apply'; readonly snapshot: Snapshot}
	| {readonly kind: 'remove'; readonly sidecar: string; readonly drainMs: number}
	/** Replace one sidecar's worker by a fresh one with the same snapshot, without draining. */
	| {readonly kind: 'restart'; readonly sidecar: string}
	/** The certificate of the proxy process for this very connection, renewed. */
	| {readonly kind: 'identity'; readonly certificate: Certificate; readonly trustedRoots: readonly string[]}
	/** Send the numbers and records of all sidecars as they are now, then answer. */
	| {readonly kind: 'flush'; readonly id: number}
	/** Ask the app beside a sidecar in a container whether it is ready. */
	| {readonly kind: 'probe'; readonly id: number; readonly target: ProbeTarget; readonly timeoutMs: Milliseconds}
	/** To the proxy process of the host: let containers reach local processes so; null: no more. */
	| {readonly kind: 'way-back'; readonly way: WayBack | null}
	/** Let requests end within the time, then exit. */
	| {readonly kind: 'stop'; readonly drainMs: number};

export type FromProxy =
	| {
			readonly kind: 'hello';
			readonly protocol: number;
			readonly pid: number;
			readonly sidecars: readonly SidecarReport[];
	  }
	| {readonly kind: 'accepted'; readonly sidecar: string; readonly revision: number}
	| {readonly kind: 'refused'; readonly sidecar: string; readonly revision: number; readonly problem: RefusalProblem}
	/** A worker died and is being replaced; `accepted` follows when the new one serves. */
	| {readonly kind: 'lost'; readonly sidecar: string; readonly reason: string}
	/** The answer to `probe`; the problem, in words, unless the app is ready. */
	| {readonly kind: 'probed'; readonly id: number; readonly problem?: string}
	/** Cumulative since the worker's start, about once a second and only when something changed. */
	| {readonly kind: 'stats'; readonly sidecar: string; readonly worker: number; readonly stats: RequestStats}
	/** Requests and connections that have ended, a few times a second. */
	| {readonly kind: 'records'; readonly records: readonly RequestRecord[]}
	/** Everything that had ended when `flush` came has been sent. */
	| {readonly kind: 'flushed'; readonly id: number};

export interface ProbeTarget {
	readonly port: number;
	/** Absent: tried at 127.0.0.1, ::1 and the container's own address. */
	readonly address?: string;
	/** Ready when this answers with a status below 400; absent: when the port accepts a connection. */
	readonly path?: string;
}

export interface SidecarReport {
	readonly sidecar: string;
	/** The revision that it serves; 0 for none. */
	readonly revision: number;
	/** The newest numbers, when there are any. */
	readonly traffic?: {readonly worker: number; readonly stats: RequestStats};
}

export interface RefusalProblem {
	/** The listener that could not be opened, when one was to blame. */
	readonly listener?: string;
	/** `EADDRINUSE` and the like, or `invalid`. */
	readonly code: string;
	readonly message: string;
}
