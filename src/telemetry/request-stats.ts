// Counts requests and their durations, by edge.

/** Cumulative numbers of one sidecar; small enough to send every second. */
export interface RequestStats {
	readonly edges: readonly EdgeStats[];
}

export interface EdgeStats extends Edge {
	readonly count: number;
	/** The sum of all durations in milliseconds. */
	readonly sumMs: number;
	/** How many took up to `bucketsMs[i]`, not cumulative; one more at the end for the rest. */
	readonly buckets: readonly number[];
}

/** What requests are counted by. */
export interface Edge {
	/** Who reports: `destination` for inbound requests, else `source`. */
	readonly reporter: 'source' | 'destination';
	readonly source: string;
	readonly destination: string;
	readonly version: string;
	readonly status: number;
	/** Envoy's flags, joined by commas; `-` for none. */
	readonly flags: string;
}

/** Upper bounds in milliseconds. Source: Istio's `istio_request_duration_milliseconds`. */
export const bucketsMs: readonly number[] = [
	0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
	3_600_000,
];

export interface RequestCounter {
	readonly record: (edge: Edge, durationMs: number) => void;
	readonly read: () => RequestStats;
}

/** Creates a counter at 0. */
export const createRequestStats = (): RequestCounter => {
	const entries = new Map<string, {readonly edge: Edge; count: number; sumMs: number; readonly buckets: number[]}>();
	const entryOf = (edge: Edge) => {
		const key = `${edge.reporter}|${edge.source}|${edge.destination}|${edge.version}|${edge.status}|${edge.flags}`;
		const known = entries.get(key);
		if (known) {
			return known;
		}

		const entry = {edge, count: 0, sumMs: 0, buckets: Array.from({length: bucketsMs.length + 1}, () => 0)};
		entries.set(key, entry);
		return entry;
	};

	return {
		record: (edge, durationMs) => {
			const entry = entryOf(edge);
			entry.count++;
			entry.sumMs += durationMs;
			const index = bucketsMs.findIndex(bound => durationMs <= bound);
			const bucket = index === -1 ? bucketsMs.length : index;
			entry.buckets[bucket] = (entry.buckets[bucket] ?? 0) + 1;
		},
		read: () => ({
			edges: [...entries.values()].map(({edge, count, sumMs, buckets}) => ({
				...edge,
				count,
				sumMs,
				buckets: [...buckets],
			})),
		}),
	};
};
