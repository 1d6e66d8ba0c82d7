// What runs of an instance: a process with its group, or a pod of containers. How it is kept running is the same for both.
import type {DesiredInstance} from '../model/desired-state.ts';
import type {ProcessRecord} from './instance-record.ts';
import type {ProcessExit} from './spawn-in-group.ts';

/** What was started, for whoever takes it over. */
export interface BodyRecord extends ProcessRecord {
	/** Where the log of this start begins, in bytes. */
	readonly logStart: number;
}

export interface StartedBody {
	readonly record: BodyRecord;
	/** Resolves with what ended it. */
	readonly exit: Promise<ProcessExit>;
}

export interface InstanceBody {
	/** Begins what needs none of its dependencies; `start` waits for it and throws what went wrong. */
	readonly prepare?: () => void;
	/** Starts the app. Throws MeshError. */
	readonly start: () => Promise<StartedBody>;
	/** Hears of the end of one that a former control plane started. Never resolves after the signal was aborted. */
	readonly awaitExit: (record: BodyRecord, signal: AbortSignal) => Promise<ProcessExit>;
	/** Resolves when somebody else has started an app that had ended. Never resolves after the signal was aborted. */
	readonly awaitStart?: (signal: AbortSignal) => Promise<void>;
	/** Tells whenever somebody pauses the app, with what lets it go on, or has let it go on (undefined); and at once when it is paused. */
	readonly watchPaused?: (tell: (waitingFor: string | undefined) => void, signal: AbortSignal) => void;
	/** Asks the app once whether it is ready: undefined, or what is in the way. */
	readonly ask: (logStart: number) => Promise<string | undefined>;
	/** Lets a running app call what its neighbours have become; what else changed means a restart. */
	readonly refresh?: (instance: DesiredInstance) => Promise<void>;
	/** Ends what an app that has ended left behind, so that it can be started again. */
	readonly clear: (record: BodyRecord) => Promise<void>;
	/** Ends all of it for good, whether or not anything was started. */
	readonly stop: (record: BodyRecord | undefined) => Promise<void>;
	/** Lets this program end before it. */
	readonly release: () => void;
}
