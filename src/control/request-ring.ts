// The newest requests of the mesh, as its proxies saw them.
import type {RequestQuery, RequestSummary} from '../model/request-summary.ts';
import type {RequestRecord} from '../telemetry/request-record.ts';

export interface RequestRing {
	readonly add: (records: readonly RequestRecord[]) => void;
	/** The newest that fit, oldest first. */
	readonly find: (query: RequestQuery) => readonly RequestSummary[];
	/** All that belongs to a trace, by time. */
	readonly trace: (traceId: string) => readonly RequestRecord[];
	/** Of the newest; 0 before the first. */
	readonly newest: () => number;
}

/** Creates an empty ring. */
export const createRequestRing = (size = 20_000): RequestRing => {
	const records = new Map<number, RequestRecord>();
	let newest = 0;
	return {
		add: added => {
			for (const record of added) {
				newest++;
				records.set(newest, record);
				records.delete(newest - size);
			}
		},
		find: query => {
			const found: RequestSummary[] = [];
			const last = Math.max(query.after, newest - size);
			for (let number = newest; number > last && found.length < query.limit; number--) {
				const record = records.get(number);
				if (record && fits(record, query)) {
					found.push(summaryOf(record, number));
				}
			}

			return found.reverse();
		},
		trace: traceId =>
			[...records.values()]
				.filter(({trace}) => trace?.traceId === traceId)
				.sort((one, other) => one.startedMs - other.startedMs),
		newest: () => newest,
	};
};

const fits = (
	{caller, destination, sidecar, direction, status, flags, trace, requestId}: RequestRecord,
	query: RequestQuery,
): boolean =>
	matches(query.from, caller) &&
	matches(query.to, destination) &&
	matches(query.sidecar, sidecar) &&
	matches(query.direction, direction) &&
	matches(query.status, status) &&
	matches(query.trace, trace?.traceId) &&
	matches(query.request, requestId) &&
	(!query.failed || flags !== '-' || status >= 500);

const matches = <Value>(wanted: Value | undefined, value: Value | undefined): boolean =>
	wanted === undefined || wanted === value;

const summaryOf = ({trace, tries: _, ...record}: RequestRecord, number: number): RequestSummary => ({
	number,
	...record,
	traceId: trace?.traceId,
});
