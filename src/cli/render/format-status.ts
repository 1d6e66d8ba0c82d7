// Shows how a mesh is.
import {formatDiagnostics} from '../../config/format-diagnostics.ts';
import type {InstanceStatus, MeshStatus, ServiceStatus, TrafficStatus} from '../../model/mesh-status.ts';
import {formatFault} from './format-fault.ts';
import {formatUrl} from './format-ready.ts';
import {formatTool} from './format-tool.ts';
import {table} from './table.ts';

/** Writes services, addresses, faults and what is wrong; ends without a line break. Fits 80 columns when names are short. */
export const formatStatus = (status: MeshStatus, options: {readonly colors: boolean}): string =>
	[
		headline(status),
		[
			table(
				heads,
				status.services.map(service => serviceRow(service, status.revision)),
			),
		],
		status.urls.map(formatUrl),
		addresses(status.services),
		usages(status.services),
		status.tools.flatMap(formatTool),
		status.faults.map(formatFault),
		troubles(status),
		status.diagnostics.length === 0 ? [] : [formatDiagnostics(status.diagnostics, options).trimEnd()],
	]
		.filter(block => block.length > 0)
		.map(block => block.join('\n'))
		.join('\n\n');

const heads = ['SERVICE', 'READY', 'REVISION', 'MTLS', 'REQ/S', 'SUCCESS', 'P50/P95/P99'];

const headline = ({name, runtime, engine, revision, sidecars, ready}: MeshStatus): readonly string[] => {
	const current = sidecars.filter(sidecar => sidecar.revision === revision).length;
	return [
		`${name} (${runtime}): ${ready ? 'ready' : 'not ready yet'}, ${current} of ${sidecars.length} sidecars on revision ${revision}`,
		...(engine ? [`Docker ${engine.version} at ${engine.address}`] : []),
	];
};

const serviceRow = (
	{service, version, kind, instances, mtls, traffic}: ServiceStatus,
	revision: number,
): readonly string[] => [
	nameOf({service, version}),
	kind === 'external' ? 'external' : `${instances.filter(isReady).length} of ${instances.length}`,
	revisions(instances, revision),
	mtls,
	traffic.requestsPerSecond === 0 ? '0' : traffic.requestsPerSecond.toFixed(1),
	traffic.success === undefined ? '-' : percent(traffic.success),
	latencies(traffic),
];

const nameOf = ({service, version}: Pick<ServiceStatus, 'service' | 'version'>): string =>
	version === 'default' ? service : `${service} ${version}`;

const isReady = ({state}: InstanceStatus): boolean => state === 'ready' || state === 'completed';

const revisions = (instances: readonly InstanceStatus[], newest: number): string => {
	const held = instances.flatMap(({revision}) => revision ?? []);
	return held.length === 0
		? '-'
		: `${held.filter(revision => revision === newest).length} of ${held.length} on ${newest}`;
};

// Rounded down: one failure in a million is not none.
const percent = (share: number): string => `${Math.floor(share * 10_000) / 100} %`;

const latencies = ({p50, p95, p99}: TrafficStatus): string =>
	p50 === undefined ? '-' : `${[p50, p95, p99].map(duration).join('/')} ms`;

const duration = (ms: number | undefined): string =>
	ms === undefined ? '-' : ms < 10 ? ms.toFixed(1) : String(Math.round(ms));

const addresses = (services: readonly ServiceStatus[]): readonly string[] => {
	const urls = new Map(
		services.flatMap(({service, hostUrl, ports = []}) => [
			...(hostUrl === undefined ? [] : [[service, hostUrl] as const]),
			...ports.map(other => [`${service}:${other.port}`, other.hostUrl] as const),
		]),
	);
	return urls.size === 0 ? [] : [table(['FROM HERE, AS HOST', ''], [...urls])];
};

const troubles = ({services, sidecars, proxy}: MeshStatus): readonly string[] => [
	...services.flatMap(({instances}) =>
		instances
			.filter(instance => !isReady(instance))
			.map(
				({id, state, waitingFor, note, advice}) =>
					`${id} is ${state}${note === undefined ? (waitingFor === undefined ? '' : `, waiting for ${waitingFor}`) : `: ${note}`}${advice ? `\n  ${advice.remedy}` : ''}`,
			),
	),
	...services.flatMap(({instances}) =>
		instances
			.filter(({restarts}) => restarts > 0)
			.map(({id, restarts}) => `${id} was started again ${restarts === 1 ? 'once' : `${restarts} times`}`),
	),
	...sidecars.flatMap(({sidecar, refused}) =>
		refused ? [`the sidecar ${sidecar} refused revision ${refused.revision}: ${refused.message}`] : [],
	),
	...(proxy?.connected ? [] : ['the proxy process is not connected']),
];

const usages = (services: readonly ServiceStatus[]): readonly string[] => {
	const rows = services.flatMap(({instances}) =>
		instances.flatMap(({id, usage}) =>
			usage ? [[id, usage.cpus.toFixed(2), `${(usage.memoryBytes / 1024 / 1024).toFixed(0)} MiB`]] : [],
		),
	);
	return rows.length === 0 ? [] : [table(['CONTAINER', 'CPUS', 'MEMORY'], rows)];
};
