// What the next control plane must know to take a process over.
import type {DesiredInstance} from '../model/desired-state.ts';
import type {InstanceState} from '../model/observed-state.ts';

export interface ProcessRecord {
	/** 0 for a job that is done. */
	readonly pid: number;
	/** As `processStartTime` gives it. */
	readonly startTime: string;
}

export interface InstanceRecord extends ProcessRecord {
	readonly instance: DesiredInstance;
	readonly state: InstanceState;
	/** Where the log of this start begins, in bytes. */
	readonly logStart: number;
}

export interface SavedProcesses {
	readonly proxy?: ProcessRecord;
	readonly instances: readonly InstanceRecord[];
}
