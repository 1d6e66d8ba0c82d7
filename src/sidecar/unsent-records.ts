// Keeps the records of requests while no control plane is connected: the newest ones.
import type {RequestRecord} from '../telemetry/request-record.ts';

export interface UnsentRecords {
	readonly add: (records: readonly RequestRecord[]) => void;
	/** Gives what was kept, and forgets it. */
	readonly take: () => readonly RequestRecord[];
}

const most = 5000;

/** Creates an empty store. */
export const createUnsentRecords = (): UnsentRecords => {
	let kept: readonly RequestRecord[] = [];
	return {
		add: records => {
			kept = [...kept, ...records].slice(-most);
		},
		take: () => {
			const taken = kept;
			kept = [];
			return taken;
		},
	};
};
