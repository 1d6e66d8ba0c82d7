// What passed in the last minute.
import type {Clock} from '../common/clock.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import type {TrafficStatus} from '../model/mesh-status.ts';
import {addDistribution, emptyDistribution} from '../telemetry/buckets.ts';
import {quantile} from '../telemetry/quantile.ts';
import type {Edge} from '../telemetry/request-stats.ts';
import type {Growth} from './traffic-growth.ts';

export interface TrafficWindow {
	/** Takes what came in addition. */
	readonly take: (growth: Growth) => void;
	/** Sums up the edges that the caller asks for. A raw connection counts as a request without a duration. */
	readonly read: (isWanted: (edge: Edge) => boolean) => TrafficStatus;
}

const span = ms(60_000);

interface Portion extends Growth {
	readonly at: Milliseconds;
}

/** Creates an empty window. */
export const createTrafficWindow = (clock: Clock): TrafficWindow => {
	let portions: readonly Portion[] = [];
	const startedAt = clock.now();
	const recent = (): readonly Portion[] => portions.filter(({at}) => clock.now() - at < span);
	return {
		take: growth => {
			portions = [...recent(), {...growth, at: clock.now()}];
		},
		read: isWanted => {
			const passed = Math.min(span, Math.max(1000, clock.now() - startedAt));
			return summarise(recent(), isWanted, passed);
		},
	};
};

const summarise = (portions: readonly Portion[], isWanted: (edge: Edge) => boolean, spanMs: number): TrafficStatus => {
	const edges = portions.flatMap(portion => portion.edges.filter(isWanted));
	const opened = portions
		.flatMap(portion => portion.connections.filter(isWanted))
		.reduce((sum, edge) => sum + edge.opened, 0);
	const requests = edges.reduce((sum, edge) => sum + edge.count, 0);
	const requestsPerSecond = (requests + opened) / (spanMs / 1000);
	if (requests === 0) {
		return {requestsPerSecond, success: undefined, p50: undefined, p95: undefined, p99: undefined};
	}

	const failed = edges.reduce((sum, edge) => sum + (edge.status >= 500 ? edge.count : 0), 0);
	const durations = emptyDistribution();
	for (const edge of edges) {
		addDistribution(durations, edge.durations);
	}

	return {
		requestsPerSecond,
		success: 1 - failed / requests,
		p50: quantile(durations.buckets, 0.5),
		p95: quantile(durations.buckets, 0.95),
		p99: quantile(durations.buckets, 0.99),
	};
};
