// Gathers the records of requests until they are sent. Bounded: under load it takes fewer, and counts those that it left out.
import type {Clock} from '../common/clock.ts';
import {createTokenBucket} from '../common/token-bucket.ts';
import {isFailed, type RequestRecord} from './request-record.ts';

export interface RecordBuffer {
	readonly add: (record: RequestRecord) => void;
	/** Gives what has come together, and forgets it. */
	readonly take: () => readonly RequestRecord[];
	/** How many were left out since the start. */
	readonly dropped: () => number;
}

// More than a test suite asks for at once, less than a load test would send.
const burst = 10_000;
const perSecond = 1000;
// Failures are few and what people look for: they have room of their own.
const failuresAtOnce = 1000;

/** Creates an empty buffer. */
export const createRecordBuffer = (clock: Clock): RecordBuffer => {
	const takesOne = createTokenBucket({clock, burst, perSecond});
	let records: RequestRecord[] = [];
	let failures = 0;
	let dropped = 0;
	return {
		add: record => {
			if (takesOne()) {
				records.push(record);
			} else if (failures < failuresAtOnce && isFailed(record)) {
				failures++;
				records.push(record);
			} else {
				dropped++;
			}
		},
		take: () => {
			const taken = records;
			records = [];
			failures = 0;
			return taken;
		},
		dropped: () => dropped,
	};
};
