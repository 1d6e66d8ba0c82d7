// What passed in the last minute, out of the cumulative numbers that the sidecars send.
import type {Clock} from '../common/clock.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import type {TrafficStatus} from '../model/mesh-status.ts';
import {quantile} from '../telemetry/quantile.ts';
import type {EdgeStats, RequestStats} from '../telemetry/request-stats.ts';

export interface TrafficWindow {
	/** Takes the newest numbers of one sidecar's worker. */
	readonly take: (sidecar: string, worker: number, stats: RequestStats) => void;
	/** Takes numbers that had come together before the connection; of a sidecar that is new here, they say nothing of the last minute. */
	readonly takeOld: (sidecar: string, worker: number, stats: RequestStats) => void;
	/** Sums up the edges that the caller asks for. */
	readonly read: (isWanted: (edge: EdgeStats) => boolean) => TrafficStatus;
}

const span = ms(60_000);

interface Portion {
	readonly at: Milliseconds;
	readonly edges: readonly EdgeStats[];
}

/** Creates an empty window. */
export const createTrafficWindow = (clock: Clock): TrafficWindow => {
	const last = new Map<string, {readonly worker: number; readonly edges: ReadonlyMap<string, EdgeStats>}>();
	let portions: readonly Portion[] = [];
	const startedAt = clock.now();
	const recent = (): readonly Portion[] => portions.filter(({at}) => clock.now() - at < span);

	const remember = (sidecar: string, worker: number, stats: RequestStats): void => {
		last.set(sidecar, {worker, edges: new Map(stats.edges.map(edge => [keyOf(edge), edge]))});
	};

	const take: TrafficWindow['take'] = (sidecar, worker, stats) => {
		const before = last.get(sidecar);
		const known = before?.worker === worker ? before.edges : undefined;
		const edges = stats.edges.flatMap(edge => growthOf(edge, known?.get(keyOf(edge))) ?? []);
		portions = [...recent(), {at: clock.now(), edges}];
		remember(sidecar, worker, stats);
	};

	return {
		take,
		takeOld: (sidecar, worker, stats) => {
			if (last.has(sidecar)) {
				take(sidecar, worker, stats);
			} else {
				remember(sidecar, worker, stats);
			}
		},
		read: isWanted => {
			const passed = Math.min(span, Math.max(1000, clock.now() - startedAt));
			return summarise(
				recent().flatMap(({edges}) => edges.filter(isWanted)),
				passed,
			);
		},
	};
};

const keyOf = ({reporter, source, destination, version, status, flags}: EdgeStats): string =>
	JSON.stringify([reporter, source, destination, version, status, flags]);

const growthOf = (edge: EdgeStats, before: EdgeStats | undefined): EdgeStats | undefined => {
	const count = edge.count - (before?.count ?? 0);
	return count > 0
		? {
				...edge,
				count,
				sumMs: edge.sumMs - (before?.sumMs ?? 0),
				buckets: edge.buckets.map((value, index) => value - (before?.buckets[index] ?? 0)),
			}
		: undefined;
};

const summarise = (edges: readonly EdgeStats[], spanMs: number): TrafficStatus => {
	const count = edges.reduce((sum, edge) => sum + edge.count, 0);
	if (count === 0) {
		return {requestsPerSecond: 0, success: undefined, p50: undefined, p95: undefined, p99: undefined};
	}

	const failed = edges.reduce((sum, edge) => sum + (edge.status >= 500 ? edge.count : 0), 0);
	const buckets = edges.reduce<readonly number[]>(
		(sum, edge) => edge.buckets.map((value, index) => value + (sum[index] ?? 0)),
		[],
	);
	return {
		requestsPerSecond: count / (spanMs / 1000),
		success: 1 - failed / count,
		p50: quantile(buckets, 0.5),
		p95: quantile(buckets, 0.95),
		p99: quantile(buckets, 0.99),
	};
};
