// Counts what passes a sidecar: requests with their durations and sizes, raw connections with their bytes, by edge.
import {addValue, type Distribution, emptyDistribution, type OpenDistribution} from './buckets.ts';

/** Cumulative numbers of one sidecar; small enough to send twice a second. */
export interface RequestStats {
	readonly edges: readonly EdgeStats[];
	readonly connections: readonly ConnectionStats[];
	/** Of the thread or process that is the sidecar. */
	readonly load?: SidecarLoad;
}

/** What requests and connections are counted by. */
export interface Edge {
	/** Who reports: `destination` for inbound requests, else `source`. */
	readonly reporter: 'source' | 'destination';
	readonly source: string;
	readonly destination: string;
	readonly version: string;
	/** 0 for connections, and when no reply was sent. */
	readonly status: number;
	/** Envoy's flags, joined by commas; `-` for none. */
	readonly flags: string;
	/** Whether the caller has proven who it is. Only the destination can know. */
	readonly isMutual: boolean;
}

export interface EdgeStats extends Edge {
	readonly count: number;
	/** Milliseconds. */
	readonly durations: Distribution;
	/** Of bodies. */
	readonly requestBytes: Distribution;
	readonly responseBytes: Distribution;
}

export interface ConnectionStats extends Edge {
	readonly opened: number;
	readonly closed: number;
	/** From the caller. */
	readonly receivedBytes: number;
	/** To the caller. */
	readonly sentBytes: number;
}

export interface SidecarLoad {
	/** Since its start; user and system. */
	readonly cpuSeconds: number;
	readonly heapBytes: number;
	/** Only when the sidecar is a process of its own. */
	readonly residentBytes?: number;
	/** Seconds since 1970. */
	readonly startedAt: number;
	/** Records of requests that were not passed on, since there were too many at once. */
	readonly droppedRecords: number;
}

/** What was measured of one request. */
export interface RequestMeasures {
	readonly durationMs: number;
	readonly requestBytes: number;
	readonly responseBytes: number;
}

/** A connection that is under way; whoever moves its bytes counts them here. */
export interface ConnectionMeter {
	received: number;
	sent: number;
}

export interface OpenConnection {
	readonly meter: ConnectionMeter;
	/** Counts its end. */
	readonly close: (flags: string) => void;
}

export interface RequestCounter {
	readonly record: (edge: Edge, measures: RequestMeasures) => void;
	readonly open: (edge: Edge) => OpenConnection;
	readonly read: () => RequestStats;
	/** Differs whenever `read` would. */
	readonly version: () => number;
}

interface EdgeEntry {
	readonly edge: Edge;
	count: number;
	readonly durations: OpenDistribution;
	readonly requestBytes: OpenDistribution;
	readonly responseBytes: OpenDistribution;
}

interface ConnectionEntry {
	readonly edge: Edge;
	opened: number;
	closed: number;
	received: number;
	sent: number;
	readonly open: Set<ConnectionMeter>;
}

// Apps choose their own status codes: beyond this many edges, only the class of a status is kept.
const mostEdges = 1000;

/** Creates a counter at 0. */
export const createRequestStats = (): RequestCounter => {
	const edges = new Map<string, EdgeEntry>();
	const connections = new Map<string, ConnectionEntry>();
	let records = 0;

	const edgeEntry = (edge: Edge): EdgeEntry => {
		const key = edgeKey(edge);
		const known = edges.get(key);
		if (known) {
			return known;
		}

		const isRounded = edge.status % 100 === 0 && edge.flags === '-';
		if (edges.size >= mostEdges && !isRounded) {
			return edgeEntry({...edge, status: edge.status - (edge.status % 100), flags: '-'});
		}

		const entry = {
			edge,
			count: 0,
			durations: emptyDistribution(),
			requestBytes: emptyDistribution(),
			responseBytes: emptyDistribution(),
		};
		edges.set(key, entry);
		return entry;
	};

	const connectionEntry = (edge: Edge): ConnectionEntry => {
		const key = edgeKey(edge);
		const known = connections.get(key);
		const entry = known ?? {edge, opened: 0, closed: 0, received: 0, sent: 0, open: new Set<ConnectionMeter>()};
		connections.set(key, entry);
		return entry;
	};

	return {
		record: (edge, {durationMs, requestBytes, responseBytes}) => {
			const entry = edgeEntry(edge);
			records++;
			entry.count++;
			addValue(entry.durations, durationMs);
			addValue(entry.requestBytes, requestBytes);
			addValue(entry.responseBytes, responseBytes);
		},
		open: edge => {
			const entry = connectionEntry(edge);
			const meter = {received: 0, sent: 0};
			records++;
			entry.opened++;
			entry.open.add(meter);
			return {
				meter,
				close: flags => {
					records++;
					entry.open.delete(meter);
					entry.received += meter.received;
					entry.sent += meter.sent;
					connectionEntry({...edge, flags}).closed++;
				},
			};
		},
		read: () => ({
			edges: [...edges.values()].map(({edge, count, durations, requestBytes, responseBytes}) => ({
				...edge,
				count,
				durations: copyOf(durations),
				requestBytes: copyOf(requestBytes),
				responseBytes: copyOf(responseBytes),
			})),
			connections: [...connections.values()].map(entry => ({
				...entry.edge,
				opened: entry.opened,
				closed: entry.closed,
				receivedBytes: bytesOf(entry, 'received'),
				sentBytes: bytesOf(entry, 'sent'),
			})),
		}),
		version: () =>
			[...connections.values()].reduce(
				(sum, entry) => sum + bytesOf(entry, 'received') + bytesOf(entry, 'sent'),
				records,
			),
	};
};

/** Tells edges apart. */
export const edgeKey = ({reporter, source, destination, version, status, flags, isMutual}: Edge): string =>
	`${reporter}|${source}|${destination}|${version}|${status}|${flags}|${isMutual}`;

const bytesOf = (entry: ConnectionEntry, way: 'received' | 'sent'): number => {
	let sum = entry[way];
	for (const meter of entry.open) {
		sum += meter[way];
	}

	return sum;
};

const copyOf = ({sum, buckets}: Distribution): Distribution => ({sum, buckets: [...buckets]});
