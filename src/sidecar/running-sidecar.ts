// One sidecar as the control protocol sees it, whether it runs in a thread or is the process itself.
import type {RefusalProblem} from '../model/control-message.ts';
import type {Snapshot} from '../model/snapshot.ts';
import type {RequestRecord} from '../telemetry/request-record.ts';
import type {RequestStats} from '../telemetry/request-stats.ts';

export interface RunningSidecar {
	readonly apply: (snapshot: Snapshot) => void;
	/** The revision that it serves; 0 for none. */
	readonly revision: () => number;
	/** Tells its numbers and records as they are now. */
	readonly flush: () => Promise<void>;
	/** Begins anew with the last snapshot, without draining; a process that is the sidecar itself exits, to be started again. */
	readonly restart: () => void;
	/** Lets requests end within the time, in milliseconds, then ends it. */
	readonly stop: (drainMs: number) => Promise<void>;
}

export interface SidecarListener {
	readonly onAccepted: (revision: number) => void;
	readonly onRefused: (revision: number, problem: RefusalProblem) => void;
	/** Cumulative since the start of what has this number. */
	readonly onStats: (worker: number, stats: RequestStats) => void;
	/** Requests that have ended. */
	readonly onRecords: (records: readonly RequestRecord[]) => void;
	readonly onLost: (reason: string) => void;
}

/** Starts a sidecar that listens from its first snapshot on. */
export type RunSidecar = (sidecar: string, listener: SidecarListener) => RunningSidecar;
