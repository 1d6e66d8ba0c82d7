// Requests as a table.
import type {RequestSummary} from '../../model/request-summary.ts';
import {table} from './table.ts';

/** One line a request, the oldest first. */
export const formatRequests = (requests: readonly RequestSummary[]): string =>
	requests.length === 0
		? 'No requests yet that fit.'
		: table(
				['TIME', 'FROM', 'TO', 'REQUEST', 'STATUS', 'FLAGS', 'MS', 'TRIES', 'TRACE'],
				requests.map(request => [
					new Date(request.startedMs).toISOString().slice(11, 23),
					request.caller,
					request.version === undefined || request.version === 'default'
						? request.destination
						: `${request.destination} ${request.version}`,
					request.protocol === 'tcp' ? 'connection' : `${request.method} ${shortened(request.path)}`,
					request.protocol === 'tcp' ? '-' : String(request.status),
					request.flags,
					request.durationMs.toFixed(1),
					String(request.attempts),
					request.traceId ?? '-',
				]),
			);

const shortened = (path: string): string => (path.length > 48 ? `${path.slice(0, 47)}…` : path);
