// Counts requests and their durations, by edge.

/** Cumulative numbers of one sidecar; small enough to send every second. */
export interface RequestStats {
	readonly edges: readonly EdgeStats[];
}

export interface EdgeStats {
	/** Who reports: `destination` for inbound requests, else `source`. */
	readonly reporter: 'source' | 'destination';
	readonly source: string;
	readonly destination: string;
	readonly version: string;
	readonly status: number;
	/** Envoy's flags, joined by commas; `-` for none. */
	readonly flags: string;
	readonly count: number;
	/** The sum of all durations in milliseconds. */
	readonly sumMs: number;
	/** How many took up to `bucketsMs[i]`, not cumulative; one more at the end for the rest. */
	readonly buckets: readonly number[];
}
