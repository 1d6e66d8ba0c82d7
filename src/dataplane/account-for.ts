// The metrics, the line in the access log and the record of a request or a connection, when it has ended or has broken off.
import type {Clock} from '../common/clock.ts';
import type {Milliseconds} from '../common/units.ts';
import type {Exchange} from '../http/exchange.ts';
import {headerValue} from '../http/headers.ts';
import {requestTarget} from '../http/request-head.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {formatAccessLog} from '../telemetry/access-log.ts';
import type {RecordBuffer} from '../telemetry/record-buffer.ts';
import {isFailed, type RecordedTry, type RequestRecord} from '../telemetry/request-record.ts';
import type {Edge, RequestCounter} from '../telemetry/request-stats.ts';

export interface AccountTools {
	readonly clock: Clock;
	/** Gives milliseconds since 1970 of a moment of the clock. */
	readonly wallTime: (at: Milliseconds) => number;
	/** Takes whole lines, without their line break. */
	readonly accessLog: (line: string) => void;
	readonly counter: RequestCounter;
	readonly records: RecordBuffer;
}

/** How it ended. */
export interface Ending {
	readonly protocol: 'http' | 'tcp';
	/** 0 for TCP. */
	readonly status: number;
	readonly bytesReceived: number;
	readonly bytesSent: number;
	readonly problem: string | undefined;
}

/** Counts a request and tells of it; call it once, at the end. */
export const accountForRequest = (
	exchange: Exchange,
	snapshot: Snapshot,
	tools: AccountTools,
	ending: Omit<Ending, 'protocol'>,
): void => {
	const durationMs = tools.clock.now() - exchange.startedAt;
	const {status, bytesReceived, bytesSent} = ending;
	tools.counter.record(
		{...edgeOf(exchange, snapshot), status},
		{durationMs, requestBytes: bytesReceived, responseBytes: bytesSent},
	);
	tellOf(exchange, snapshot, tools, {...ending, protocol: 'http'}, durationMs);
};

/** Tells of a raw connection, which counts itself. */
export const accountForConnection = (
	exchange: Exchange,
	snapshot: Snapshot,
	tools: AccountTools,
	ending: Omit<Ending, 'protocol' | 'status'>,
): void =>
	tellOf(exchange, snapshot, tools, {...ending, protocol: 'tcp', status: 0}, tools.clock.now() - exchange.startedAt);

/** What an exchange is counted by, as far as it is known now. */
export const edgeOf = (exchange: Exchange, {identity}: Snapshot): Edge => {
	const {record, direction, caller} = exchange;
	const isInbound = direction === 'inbound';
	return {
		reporter: isInbound ? 'destination' : 'source',
		source: caller.service,
		destination: record.destination ?? exchange.destination,
		version: (isInbound ? identity.version : record.version) ?? '',
		status: 0,
		flags: flagsOf(exchange),
		isMutual: isInbound && caller.spiffeId !== undefined,
	};
};

const flagsOf = ({record: {flags}}: Exchange): string => (flags.size === 0 ? '-' : [...flags].sort().join(','));

const tellOf = (
	exchange: Exchange,
	snapshot: Snapshot,
	{wallTime, accessLog, records}: AccountTools,
	ending: Ending,
	durationMs: number,
): void => {
	const {accessLog: format} = snapshot.telemetry;
	const flagged = {...ending, flags: flagsOf(exchange)};
	const isKept = exchange.span?.isSampled !== false || isFailed(flagged);
	if (format === 'off' && !isKept) {
		// Nobody would read it; under load, this is most of them.
		return;
	}

	const record = recordOf(exchange, snapshot, flagged, wallTime(exchange.startedAt), durationMs);
	if (format !== 'off') {
		accessLog(formatAccessLog(record, format));
	}

	if (isKept) {
		records.add(record);
	}
};

const recordOf = (
	exchange: Exchange,
	{identity, sidecar, revision}: Snapshot,
	ending: Ending & Pick<RequestRecord, 'flags'>,
	startedMs: number,
	durationMs: number,
): RequestRecord => {
	const {record, request, direction, span} = exchange;
	return {
		startedMs,
		sidecar,
		direction,
		caller: exchange.caller.service,
		destination: record.destination ?? exchange.destination,
		version: direction === 'inbound' ? identity.version : record.version,
		endpoint: record.endpoint,
		protocol: ending.protocol,
		method: request.method,
		scheme: request.scheme,
		authority: request.authority,
		path: requestTarget(request),
		status: ending.status,
		flags: ending.flags,
		route: record.route,
		attempts: record.attempts,
		faults: record.faults,
		durationMs,
		bytesReceived: ending.bytesReceived,
		bytesSent: ending.bytesSent,
		connection: exchange.client,
		requestId: exchange.id,
		userAgent: headerValue(request.headers, 'user-agent'),
		forwardedFor: headerValue(request.headers, 'x-forwarded-for'),
		revision,
		problem: ending.problem,
		trace: span && {
			traceId: span.traceId,
			spanId: span.spanId,
			parentSpanId: span.parentSpanId,
			isSampled: span.isSampled,
		},
		tries: triesOf(exchange, durationMs),
	};
};

/** The last attempt lasts until its reply has ended; what was over before that has its own end. */
const triesOf = ({record: {tries}, startedAt}: Exchange, durationMs: number): readonly RecordedTry[] =>
	tries.map(({spanId, startedAt: begun, endedAt, endpoint, status, problem, faults}, index) => {
		const startMs = begun - startedAt;
		const isLast = index === tries.length - 1 && problem === undefined;
		const endMs = isLast || endedAt === undefined ? durationMs : endedAt - startedAt;
		return {spanId, startMs, durationMs: Math.max(0, endMs - startMs), endpoint, status, problem, faults};
	});
