// One metric and one line in the access log, when a request or a connection has ended or has broken off.
import type {Clock} from '../common/clock.ts';
import type {Exchange} from '../http/exchange.ts';
import {requestTarget} from '../http/request-head.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {formatAccessLog} from '../telemetry/access-log.ts';
import type {RequestCounter} from '../telemetry/request-stats.ts';

export interface AccountTools {
	readonly clock: Clock;
	/** Takes whole lines, without their line break. */
	readonly accessLog: (line: string) => void;
	readonly counter: RequestCounter;
}

/** How it ended. */
export interface Ending {
	readonly protocol: 'http' | 'tcp';
	/** 0 for TCP. */
	readonly status: number;
	readonly bytesSent: number;
	readonly problem: string | undefined;
}

/** Counts an exchange and writes its line; call it once, at the end. */
export const accountFor = (
	exchange: Exchange,
	snapshot: Snapshot,
	{clock, accessLog, counter}: AccountTools,
	{protocol, status, bytesSent, problem}: Ending,
): void => {
	const {record, request, direction} = exchange;
	const durationMs = clock.now() - exchange.startedAt;
	const flags = record.flags.size === 0 ? '-' : [...record.flags].sort().join(',');
	const destination = record.destination ?? exchange.destination;
	const version = direction === 'inbound' ? snapshot.identity.version : record.version;
	const reporter = direction === 'inbound' ? 'destination' : 'source';
	counter.record(
		{reporter, source: exchange.caller.service, destination, version: version ?? '', status, flags},
		durationMs,
	);
	accessLog(
		formatAccessLog({
			time: new Date(clock.wall() - durationMs).toISOString(),
			sidecar: snapshot.sidecar,
			direction,
			caller: exchange.caller.service,
			destination,
			version,
			endpoint: record.endpoint,
			protocol,
			method: request.method,
			authority: request.authority,
			path: requestTarget(request),
			status,
			flags,
			route: record.route,
			attempts: record.attempts,
			faults: record.faults,
			durationMs: Math.round(durationMs * 1000) / 1000,
			bytesSent,
			connection: exchange.client,
			requestId: exchange.id,
			revision: snapshot.revision,
			problem,
		}),
	);
};
