// One attempt of a request, as its span shows it.
import type {Milliseconds} from '../common/units.ts';

export interface AttemptRecord {
	/** 16 hex digits. */
	readonly spanId: string;
	readonly startedAt: Milliseconds;
	/** Absent until it has ended. */
	endedAt?: Milliseconds;
	readonly endpoint: string | undefined;
	/** Of its reply; absent when none came. */
	status?: number;
	/** Why it failed, in one sentence. */
	problem?: string;
	/** The faults that were injected into it, by their rule's id. */
	faults: readonly string[];
}
