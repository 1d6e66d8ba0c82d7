// The spans of a request at one proxy: one for its way through, and one an attempt.
// Source of the tags: Istio, tasks/observability/distributed-tracing, and Envoy's tracer.
import type {MeshSpan} from '../../model/mesh-span.ts';
import {meshNamespace} from '../../model/system-identity.ts';
import type {RecordedTry, RequestRecord} from '../../telemetry/request-record.ts';

/** Gives the spans of a record; none of a raw connection. */
export const recordSpans = (record: RequestRecord): readonly MeshSpan[] => {
	const {trace} = record;
	if (!trace) {
		return [];
	}

	const service = serviceOf(record);
	const name = operationOf(record);
	const hop: MeshSpan = {
		traceId: trace.traceId,
		spanId: trace.spanId,
		parentSpanId: trace.parentSpanId,
		service,
		name,
		kind: record.direction === 'outbound' ? 'client' : 'server',
		startMs: record.startedMs,
		endMs: record.startedMs + record.durationMs,
		isError: isError(record.status),
		problem: record.problem,
		tags: hopTags(record, service),
	};
	const tries = record.tries.map(
		(attempt, index): MeshSpan => ({
			traceId: trace.traceId,
			spanId: attempt.spanId,
			parentSpanId: trace.spanId,
			service,
			name,
			kind: 'client',
			startMs: record.startedMs + attempt.startMs,
			endMs: record.startedMs + attempt.startMs + attempt.durationMs,
			isError: isError(attempt.status ?? 0),
			problem: attempt.problem,
			tags: attemptTags(record, attempt, index + 1),
		}),
	);
	return [hop, ...tries];
};

/** Whose proxy it was. */
const serviceOf = ({direction, caller, destination}: RequestRecord): string =>
	direction === 'inbound' ? destination : direction === 'gateway' ? 'gateway' : caller;

/** As Istio names it: the destination with its port or wildcard. */
const operationOf = ({destination}: RequestRecord): string => `${destination}.${meshNamespace}.svc.cluster.local/*`;

const isError = (status: number): boolean => status === 0 || status >= 500;

const hopTags = (record: RequestRecord, service: string): MeshSpan['tags'] => ({
	component: 'proxy',
	node_id: record.sidecar,
	'istio.canonical_service': service,
	...(record.direction === 'inbound' && {'istio.canonical_revision': record.version ?? 'unknown'}),
	'istio.namespace': meshNamespace,
	...httpTags(record, record.status),
	'http.url': `${record.scheme}://${record.authority}${record.path}`,
	...(record.userAgent !== undefined && {user_agent: record.userAgent}),
	'guid:x-request-id': record.requestId,
	request_size: record.bytesReceived,
	response_size: record.bytesSent,
	response_flags: record.flags,
	'peer.address': record.connection,
	upstream_cluster: `${record.direction === 'inbound' ? 'inbound' : 'outbound'}||${record.destination}`,
	'devmesh.revision': record.revision,
	...(record.route !== undefined && {'devmesh.route': record.route}),
	...(record.attempts > 0 && {'devmesh.attempts': record.attempts}),
	...faultTags(record.faults),
});

const attemptTags = (record: RequestRecord, attempt: RecordedTry, number: number): MeshSpan['tags'] => ({
	component: 'proxy',
	node_id: record.sidecar,
	...httpTags(record, attempt.status ?? 0),
	'devmesh.attempt': number,
	...(attempt.endpoint !== undefined && {'devmesh.endpoint': attempt.endpoint}),
	...faultTags(attempt.faults),
});

const httpTags = ({method}: RequestRecord, status: number): MeshSpan['tags'] => ({
	'http.method': method,
	'http.protocol': 'HTTP/1.1',
	'http.status_code': status,
});

const faultTags = (faults: readonly string[]): MeshSpan['tags'] =>
	faults.length === 0 ? {} : {'devmesh.faults': faults.join(',')};
