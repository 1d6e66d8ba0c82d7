// What came in addition, out of the cumulative numbers that the sidecars send.
import {growthSince} from '../telemetry/buckets.ts';
import {type ConnectionStats, type EdgeStats, edgeKey, type RequestStats} from '../telemetry/request-stats.ts';

/** Numbers that were added since the last ones. */
export type Growth = Pick<RequestStats, 'edges' | 'connections'>;

export interface TrafficGrowth {
	/** Takes the newest numbers of one sidecar's worker; a worker that is new begins at 0. */
	readonly take: (sidecar: string, worker: number, stats: RequestStats) => Growth;
	/** Whether numbers of this sidecar have come before. */
	readonly knows: (sidecar: string) => boolean;
}

interface Last {
	readonly worker: number;
	readonly edges: ReadonlyMap<string, EdgeStats>;
	readonly connections: ReadonlyMap<string, ConnectionStats>;
}

/** Creates what has seen nothing yet. */
export const createTrafficGrowth = (): TrafficGrowth => {
	const last = new Map<string, Last>();
	return {
		take: (sidecar, worker, stats) => {
			const known = last.get(sidecar);
			const before = known?.worker === worker ? known : undefined;
			last.set(sidecar, {
				worker,
				edges: new Map(stats.edges.map(edge => [edgeKey(edge), edge])),
				connections: new Map(stats.connections.map(edge => [edgeKey(edge), edge])),
			});
			return {
				edges: stats.edges.flatMap(edge => edgeGrowth(edge, before?.edges.get(edgeKey(edge)))),
				connections: stats.connections.flatMap(edge => connectionGrowth(edge, before?.connections.get(edgeKey(edge)))),
			};
		},
		knows: sidecar => last.has(sidecar),
	};
};

const edgeGrowth = (edge: EdgeStats, before: EdgeStats | undefined): readonly EdgeStats[] => {
	const count = edge.count - (before?.count ?? 0);
	return count === 0
		? []
		: [
				{
					...edge,
					count,
					durations: growthSince(edge.durations, before?.durations),
					requestBytes: growthSince(edge.requestBytes, before?.requestBytes),
					responseBytes: growthSince(edge.responseBytes, before?.responseBytes),
				},
			];
};

const connectionGrowth = (edge: ConnectionStats, before: ConnectionStats | undefined): readonly ConnectionStats[] => {
	const growth = {
		...edge,
		opened: edge.opened - (before?.opened ?? 0),
		closed: edge.closed - (before?.closed ?? 0),
		receivedBytes: edge.receivedBytes - (before?.receivedBytes ?? 0),
		sentBytes: edge.sentBytes - (before?.sentBytes ?? 0),
	};
	return growth.opened + growth.closed + growth.receivedBytes + growth.sentBytes === 0 ? [] : [growth];
};
