// Adds up what all sidecars counted, since the control plane began. Numbers never go down, whatever sidecar is restarted or removed.
import {addDistribution, emptyDistribution, type OpenDistribution} from '../telemetry/buckets.ts';
import {
	type ConnectionStats,
	type Edge,
	type EdgeStats,
	edgeKey,
	type SidecarLoad,
} from '../telemetry/request-stats.ts';
import type {Growth} from './traffic-growth.ts';

/** An edge as the whole mesh knows it: with the version of the caller, when the caller's own sidecar reports. */
export interface MeshEdge extends Edge {
	readonly sourceVersion: string;
}

export type EdgeTotal = MeshEdge & Pick<EdgeStats, 'count' | 'durations' | 'requestBytes' | 'responseBytes'>;

export type ConnectionTotal = MeshEdge & Pick<ConnectionStats, 'opened' | 'closed' | 'receivedBytes' | 'sentBytes'>;

export interface MetricsBook {
	/** Takes what one sidecar counted in addition; `version` is that of its own app. */
	readonly take: (version: string, growth: Growth) => void;
	readonly takeLoad: (sidecar: string, load: SidecarLoad) => void;
	readonly forgetLoad: (isGone: (sidecar: string) => boolean) => void;
	readonly edges: () => readonly EdgeTotal[];
	readonly connections: () => readonly ConnectionTotal[];
	/** The newest of each sidecar. */
	readonly loads: () => ReadonlyMap<string, SidecarLoad>;
}

interface OpenEdge {
	readonly edge: MeshEdge;
	count: number;
	readonly durations: OpenDistribution;
	readonly requestBytes: OpenDistribution;
	readonly responseBytes: OpenDistribution;
}

interface OpenConnections {
	readonly edge: MeshEdge;
	opened: number;
	closed: number;
	receivedBytes: number;
	sentBytes: number;
}

/** Creates an empty book. */
export const createMetricsBook = (): MetricsBook => {
	const edges = new Map<string, OpenEdge>();
	const connections = new Map<string, OpenConnections>();
	const loads = new Map<string, SidecarLoad>();

	const openEdge = (edge: MeshEdge): OpenEdge => {
		const key = keyOf(edge);
		const known = edges.get(key) ?? {
			edge,
			count: 0,
			durations: emptyDistribution(),
			requestBytes: emptyDistribution(),
			responseBytes: emptyDistribution(),
		};
		edges.set(key, known);
		return known;
	};

	const openConnections = (edge: MeshEdge): OpenConnections => {
		const key = keyOf(edge);
		const known = connections.get(key) ?? {edge, opened: 0, closed: 0, receivedBytes: 0, sentBytes: 0};
		connections.set(key, known);
		return known;
	};

	return {
		take: (version, growth) => {
			for (const stats of growth.edges) {
				const total = openEdge(meshEdgeOf(stats, version));
				total.count += stats.count;
				addDistribution(total.durations, stats.durations);
				addDistribution(total.requestBytes, stats.requestBytes);
				addDistribution(total.responseBytes, stats.responseBytes);
			}

			for (const stats of growth.connections) {
				const total = openConnections(meshEdgeOf(stats, version));
				total.opened += stats.opened;
				total.closed += stats.closed;
				total.receivedBytes += stats.receivedBytes;
				total.sentBytes += stats.sentBytes;
			}
		},
		takeLoad: (sidecar, load) => {
			loads.set(sidecar, load);
		},
		forgetLoad: isGone => {
			for (const sidecar of loads.keys()) {
				if (isGone(sidecar)) {
					loads.delete(sidecar);
				}
			}
		},
		edges: () => [...edges.values()].map(({edge, ...totals}) => ({...edge, ...totals})),
		connections: () => [...connections.values()].map(({edge, ...totals}) => ({...edge, ...totals})),
		loads: () => loads,
	};
};

const keyOf = (edge: MeshEdge): string => `${edgeKey(edge)}|${edge.sourceVersion}`;

const meshEdgeOf = (
	{reporter, source, destination, version, status, flags, isMutual}: Edge,
	sidecarVersion: string,
): MeshEdge => ({
	reporter,
	source,
	destination,
	version,
	status,
	flags,
	isMutual,
	sourceVersion: reporter === 'source' ? sidecarVersion : '',
});
