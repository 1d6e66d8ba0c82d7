// What the proxy process's main thread and the thread of one sidecar say to each other.
import type {RefusalProblem} from '../model/control-message.ts';
import type {Snapshot} from '../model/snapshot.ts';
import type {RequestRecord} from '../telemetry/request-record.ts';
import type {RequestStats} from '../telemetry/request-stats.ts';

export type ToWorker =
	| {readonly kind: 'apply'; readonly snapshot: Snapshot}
	| {readonly kind: 'flush'; readonly id: number}
	| {readonly kind: 'stop'; readonly drainMs: number};

export type FromWorker =
	| {readonly kind: 'accepted'; readonly revision: number}
	| {readonly kind: 'refused'; readonly revision: number; readonly problem: RefusalProblem}
	| {readonly kind: 'stats'; readonly stats: RequestStats}
	| {readonly kind: 'records'; readonly records: readonly RequestRecord[]}
	| {readonly kind: 'flushed'; readonly id: number};
