// Shows how a mesh is.
import {formatDiagnostics} from '../../config/format-diagnostics.ts';
import type {InstanceStatus, MeshStatus, ServiceStatus} from '../../model/mesh-status.ts';
import {table} from './table.ts';

/** Writes services, addresses, faults and what is wrong; ends without a line break. */
export const formatStatus = (status: MeshStatus, options: {readonly colors: boolean}): string =>
	[
		[headline(status)],
		[table(heads, status.services.map(serviceRow))],
		status.urls.map(({url, insteadOf}) => (insteadOf === undefined ? url : `${url}  (port ${insteadOf} is taken)`)),
		status.faults.map(
			({id, to, explanation, until}) =>
				`fault ${id} on ${to}: ${explanation}${until === undefined ? '' : `, until ${until}`}`,
		),
		troubles(status),
		status.diagnostics.length === 0 ? [] : [formatDiagnostics(status.diagnostics, options).trimEnd()],
	]
		.filter(block => block.length > 0)
		.map(block => block.join('\n'))
		.join('\n\n');

const heads = ['SERVICE', 'VERSION', 'INSTANCES', 'READY', 'REVISION', 'MTLS', 'REQ/S', 'SUCCESS', 'P50', 'P95', 'P99'];

const headline = ({name, runtime, revision, sidecars, ready}: MeshStatus): string => {
	const current = sidecars.filter(sidecar => sidecar.revision === revision).length;
	return `${name} (${runtime}): ${ready ? 'ready' : 'not ready yet'}, ${current} of ${sidecars.length} sidecars on revision ${revision}`;
};

const serviceRow = ({service, version, kind, instances, mtls, traffic}: ServiceStatus): readonly string[] => [
	service,
	version === 'default' ? '' : version,
	kind === 'external' ? 'external' : String(instances.length),
	kind === 'external'
		? ''
		: `${instances.filter(({state}) => state === 'ready' || state === 'completed').length} of ${instances.length}`,
	revisions(instances),
	mtls,
	traffic.requestsPerSecond === 0 ? '0' : traffic.requestsPerSecond.toFixed(1),
	traffic.success === undefined ? '-' : `${Number((traffic.success * 100).toFixed(2))} %`,
	duration(traffic.p50),
	duration(traffic.p95),
	duration(traffic.p99),
];

const revisions = (instances: readonly InstanceStatus[]): string => {
	const numbers = [...new Set(instances.map(({revision}) => revision))];
	return numbers.length === 0 ? '-' : numbers.map(number => (number === undefined ? '-' : String(number))).join(', ');
};

const duration = (ms: number | undefined): string =>
	ms === undefined ? '-' : ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;

const troubles = ({services, sidecars, proxy}: MeshStatus): readonly string[] => [
	...services.flatMap(({instances}) =>
		instances
			.filter(({state}) => state !== 'ready' && state !== 'completed')
			.map(
				({id, state, waitingFor}) =>
					`${id} is ${state}${waitingFor === undefined ? '' : `, waiting for ${waitingFor}`}`,
			),
	),
	...sidecars.flatMap(({sidecar, refused}) =>
		refused ? [`the sidecar ${sidecar} refused revision ${refused.revision}: ${refused.message}`] : [],
	),
	...(proxy?.connected ? [] : ['the proxy process is not connected']),
];
