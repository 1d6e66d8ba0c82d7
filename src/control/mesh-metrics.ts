// The metrics of a mesh: Istio's standard ones, and devmesh's own.
// Source: istio.io/latest/docs/reference/config/metrics.
import type {MeshStatus} from '../model/mesh-status.ts';
import {meshNamespace} from '../model/system-identity.ts';
import {spiffeId} from '../pki/spiffe-id.ts';
import type {Distribution} from '../telemetry/buckets.ts';
import type {Labels, MetricFamily, Sample} from '../telemetry/prometheus-text.ts';
import type {SidecarLoad} from '../telemetry/request-stats.ts';
import type {EdgeTotal, MeshEdge, MetricsBook} from './metrics-book.ts';

export interface MetricsInputs {
	readonly book: MetricsBook;
	readonly status: MeshStatus;
	readonly trustDomain: string;
	/** Spans that no receiver took in time. */
	readonly droppedSpans: number;
}

/** Gives all families, also those that have no samples yet. */
export const meshMetrics = ({book, status, trustDomain, droppedSpans}: MetricsInputs): readonly MetricFamily[] => [
	...requestFamilies(book, trustDomain),
	...connectionFamilies(book, trustDomain),
	...loadFamilies(book.loads()),
	...stateFamilies(status),
	{
		name: 'devmesh_dropped_spans_total',
		help: 'Spans that no receiver took in time.',
		type: 'counter',
		samples: [{labels: {}, value: droppedSpans}],
	},
];

const unknown = 'unknown';

const requestFamilies = (book: MetricsBook, trustDomain: string): readonly MetricFamily[] => {
	const edges = book.edges().map(edge => ({edge, labels: requestLabels(edge, trustDomain)}));
	const histogram = (name: string, help: string, read: (edge: EdgeTotal) => Distribution): MetricFamily => ({
		name,
		help,
		type: 'histogram',
		samples: edges.map(({edge, labels}) => ({labels, value: read(edge)})),
	});
	return [
		{
			name: 'istio_requests_total',
			help: 'Requests that have ended.',
			type: 'counter',
			samples: edges.map(({edge, labels}) => ({labels, value: edge.count})),
		},
		histogram(
			'istio_request_duration_milliseconds',
			'From the arrival of a request to the end of its reply.',
			({durations}) => durations,
		),
		histogram('istio_request_bytes', 'The sizes of the bodies of requests.', ({requestBytes}) => requestBytes),
		histogram('istio_response_bytes', 'The sizes of the bodies of replies.', ({responseBytes}) => responseBytes),
	];
};

const connectionFamilies = (book: MetricsBook, trustDomain: string): readonly MetricFamily[] => {
	const edges = book.connections().map(edge => ({edge, labels: edgeLabels(edge, 'tcp', trustDomain)}));
	const counter = (
		name: string,
		help: string,
		read: (edge: (typeof edges)[number]['edge']) => number,
	): MetricFamily => ({
		name,
		help,
		type: 'counter',
		samples: edges.map(({edge, labels}) => ({labels, value: read(edge)})),
	});
	return [
		counter('istio_tcp_sent_bytes_total', 'Bytes to the callers of raw connections.', ({sentBytes}) => sentBytes),
		counter(
			'istio_tcp_received_bytes_total',
			'Bytes from the callers of raw connections.',
			({receivedBytes}) => receivedBytes,
		),
		counter('istio_tcp_connections_opened_total', 'Raw connections that were opened.', ({opened}) => opened),
		counter('istio_tcp_connections_closed_total', 'Raw connections that have ended.', ({closed}) => closed),
	];
};

const requestLabels = (edge: EdgeTotal, trustDomain: string): Labels => ({
	...edgeLabels(edge, 'http', trustDomain),
	response_code: String(edge.status),
});

/** The labels of Istio's standard metrics; what the reporter cannot know is `unknown`, as there. */
const edgeLabels = (edge: MeshEdge, protocol: 'http' | 'tcp', trustDomain: string): Labels => {
	const isSource = edge.reporter === 'source';
	const principal = (service: string): string => `${spiffeId(trustDomain, meshNamespace, service)}`;
	const destinationVersion = edge.version || unknown;
	return {
		reporter: edge.reporter,
		source_workload: edge.source,
		source_workload_namespace: meshNamespace,
		source_principal: edge.isMutual ? principal(edge.source) : unknown,
		source_app: edge.source,
		source_version: edge.sourceVersion || unknown,
		source_cluster: trustDomain,
		source_canonical_service: edge.source,
		source_canonical_revision: edge.sourceVersion || unknown,
		destination_workload: edge.destination,
		destination_workload_namespace: meshNamespace,
		destination_principal: edge.isMutual ? principal(edge.destination) : unknown,
		destination_app: edge.destination,
		destination_version: destinationVersion,
		destination_service: `${edge.destination}.${meshNamespace}.svc.cluster.local`,
		destination_service_name: edge.destination,
		destination_service_namespace: meshNamespace,
		destination_cluster: trustDomain,
		destination_canonical_service: edge.destination,
		destination_canonical_revision: destinationVersion,
		request_protocol: protocol,
		response_flags: edge.flags,
		connection_security_policy: isSource ? unknown : edge.isMutual ? 'mutual_tls' : 'none',
	};
};

const loadFamilies = (loads: ReadonlyMap<string, SidecarLoad>): readonly MetricFamily[] => {
	const samples = (read: (load: SidecarLoad) => number | undefined): readonly Sample[] =>
		[...loads].flatMap(([sidecar, load]) => {
			const value = read(load);
			return value === undefined ? [] : [{labels: {sidecar}, value}];
		});
	return [
		{
			name: 'devmesh_sidecar_cpu_seconds_total',
			help: 'Processor time of a sidecar, user and system.',
			type: 'counter',
			samples: samples(({cpuSeconds}) => cpuSeconds),
		},
		{
			name: 'devmesh_sidecar_heap_bytes',
			help: 'Memory in use by the objects of a sidecar.',
			type: 'gauge',
			samples: samples(({heapBytes}) => heapBytes),
		},
		{
			name: 'devmesh_sidecar_resident_memory_bytes',
			help: 'Resident memory of a sidecar that is a process of its own.',
			type: 'gauge',
			samples: samples(({residentBytes}) => residentBytes),
		},
		{
			name: 'devmesh_sidecar_start_time_seconds',
			help: 'When a sidecar began, in seconds since 1970.',
			type: 'gauge',
			samples: samples(({startedAt}) => startedAt),
		},
		{
			name: 'devmesh_sidecar_dropped_records_total',
			help: 'Requests that are missing in lists and traces, since there were too many at once.',
			type: 'counter',
			samples: samples(({droppedRecords}) => droppedRecords),
		},
	];
};

const stateFamilies = (status: MeshStatus): readonly MetricFamily[] => {
	const instances = status.services.flatMap(({service, version, instances: list}) =>
		list.map(instance => ({instance, labels: {service, version, instance: instance.id}})),
	);
	return [
		{
			name: 'devmesh_revision',
			help: 'The newest published revision of the config.',
			type: 'gauge',
			samples: [{labels: {}, value: status.revision}],
		},
		{
			name: 'devmesh_sidecar_revision',
			help: 'The revision that a sidecar serves; 0 for none.',
			type: 'gauge',
			samples: status.sidecars.map(({sidecar, revision}) => ({labels: {sidecar}, value: revision})),
		},
		{
			name: 'devmesh_instance_ready',
			help: 'Whether an instance takes requests.',
			type: 'gauge',
			samples: instances.map(({instance, labels}) => ({labels, value: instance.state === 'ready' ? 1 : 0})),
		},
		{
			name: 'devmesh_instance_restarts_total',
			help: 'How many times an instance was started again.',
			type: 'counter',
			samples: instances.map(({instance, labels}) => ({labels, value: instance.restarts})),
		},
		{
			name: 'devmesh_faults',
			help: 'Faults in force, by the service that is called.',
			type: 'gauge',
			samples: [...Map.groupBy(status.faults, ({to}) => to)].map(([destination, faults]) => ({
				labels: {destination},
				value: faults.length,
			})),
		},
	];
};
