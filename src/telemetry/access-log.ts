// One line a request, written when its reply has ended: JSON, or Envoy's own text format.
import type {RequestRecord} from './request-record.ts';

export type AccessLogFormat = 'json' | 'text' | 'off';

/** What a line of JSON says; what is undefined is left out. */
export interface AccessLogEntry
	extends Omit<RequestRecord, 'startedMs' | 'trace' | 'tries' | 'scheme' | 'forwardedFor' | 'userAgent'> {
	/** ISO time of the arrival. */
	readonly time: string;
	readonly traceId: string | undefined;
}

/** Writes a record as one line, without the line break. */
export const formatAccessLog = (record: RequestRecord, format: Exclude<AccessLogFormat, 'off'>): string =>
	format === 'json' ? JSON.stringify(entryOf(record)) : textOf(record);

const entryOf = (record: RequestRecord): AccessLogEntry => {
	const {startedMs, trace, tries: _, scheme: _scheme, forwardedFor: _forwarded, userAgent: _agent, ...rest} = record;
	return {
		time: isoTime(startedMs),
		...rest,
		durationMs: Math.round(record.durationMs * 1000) / 1000,
		traceId: trace?.traceId,
	};
};

/**
 * Source: Envoy, configuration/observability/access_log/usage, "Default format string". The time of the app's answer, which Envoy takes from a
 * header of its own, is not known here.
 */
const textOf = (record: RequestRecord): string => {
	const {method, path, protocol, status, flags, bytesReceived, bytesSent, durationMs} = record;
	return [
		`[${isoTime(record.startedMs)}]`,
		protocol === 'tcp' ? '"- - -"' : `"${plain(method)} ${plain(path)} HTTP/1.1"`,
		status,
		flags,
		bytesReceived,
		bytesSent,
		Math.round(durationMs),
		'-',
		quoted(record.forwardedFor),
		quoted(record.userAgent),
		quoted(record.requestId),
		quoted(record.authority || undefined),
		quoted(record.endpoint),
	].join(' ');
};

const quoted = (value: string | undefined): string => `"${plain(value ?? '-')}"`;

/** Whatever a client sends, a line stays one line and its quotes stay quotes. */
const plain = (value: string): string =>
	value.replace(/[\p{Cc}\p{Zl}\p{Zp}"\\]/gu, letter => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);

const isoTime = (startedMs: number): string => new Date(startedMs).toISOString();
