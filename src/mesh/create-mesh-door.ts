// What the API may ask of the running mesh, answered from its parts.
import path from 'node:path';
import type {MeshDoor} from '../admin/mesh-door.ts';
import {checkFault} from '../config/check-fault.ts';
import {describeCertificates} from '../control/describe-certificates.ts';
import {describeMesh, ingressUrls} from '../control/describe-mesh.ts';
import {desiredState} from '../control/desired-state.ts';
import {explainFault, explainRoutes} from '../control/explain-routes.ts';
import type {RunningFault} from '../control/fault-overlay.ts';
import {instancesOf, sidecarsOf} from '../control/instances.ts';
import {meshMetrics} from '../control/mesh-metrics.ts';
import {recordSpans} from '../control/spans/record-spans.ts';
import type {FaultConfig, MeshConfig} from '../model/mesh-config.ts';
import type {MeshEvent} from '../model/mesh-event.ts';
import type {FaultStatus, MeshStatus} from '../model/mesh-status.ts';
import type {Engine} from '../runtime/docker/connect-engine.ts';
import {appName} from '../runtime/docker/pod-containers.ts';
import {explainPlan} from '../runtime/explain-plan.ts';
import {planChanges} from '../runtime/plan-changes.ts';
import {formatPrometheus} from '../telemetry/prometheus-text.ts';
import type {ConfigAdoption} from './config-adoption.ts';
import type {ConfigFile} from './config-file.ts';
import type {ContainerLinks} from './container-links.ts';
import type {MeshParts} from './mesh-parts.ts';
import {instanceFailure} from './operation-failure.ts';
import type {ProxySupervisor} from './proxy-supervisor.ts';
import type {SnapshotPublication} from './snapshot-publication.ts';
import type {TelemetryIntake} from './telemetry-intake.ts';
import type {ToolKeeper} from './tools/tool-keeper.ts';

export interface DoorParts {
	readonly parts: MeshParts;
	readonly proxy: ProxySupervisor;
	readonly links: ContainerLinks;
	readonly adoption: ConfigAdoption;
	readonly publication: SnapshotPublication;
	readonly file: ConfigFile;
	readonly telemetry: TelemetryIntake;
	readonly tools: ToolKeeper;
	/** Brings what the proxies have counted up to now. */
	readonly flush: () => Promise<void>;
	/** ISO time. */
	readonly startedAt: string;
	/** Begins to bring the mesh down. */
	readonly down: () => void;
}

/** Creates the door of a mesh whose first config was taken. */
export const createMeshDoor = ({
	parts,
	proxy,
	links,
	adoption,
	publication,
	file,
	telemetry,
	tools,
	flush,
	startedAt,
	down,
}: DoorParts): MeshDoor => {
	const {runtime, containers, ports, faults, instances, identities, hosts, authority, events, options} = parts;
	const config = (): MeshConfig => {
		const current = adoption.current();
		if (!current) {
			throw new RangeError('no config was taken yet');
		}

		return current;
	};

	const faultStatuses = (): readonly FaultStatus[] => [
		...config().faults.map(fault => faultStatus(fault, undefined, 'config')),
		...faults.list().map(({fault, until}) => faultStatus(fault, until, 'running')),
	];

	const status = (): MeshStatus => {
		const {proxy: process} = runtime.observe();
		const wanted = new Set(sidecarsOf(config()));
		return describeMesh({
			config: config(),
			configFile: options.configFile,
			revision: publication.revision(),
			controlPlane: {pid: options.pid, startedAt},
			proxy: process && {pid: process.pid, connected: proxy.isConnected()},
			diagnostics: file.diagnostics(),
			instanceOf: instances.statusOf,
			engine: engineStatus(containers.engine()),
			usageOf: containers.usageOf,
			containerOf: id => appName({id: path.basename(options.state.folder)}, id),
			// Those of the config before are gone as soon as the new one is published.
			sidecars: publication.publisher
				.accounts()
				.filter(({sidecar}) => wanted.has(sidecar))
				.map(({sidecar, revision, refused}) => ({
					sidecar,
					revision,
					refused: refused && {revision: refused.revision, message: refused.problem.message},
					certificateUntil: new Date(identities.of(serviceOf(sidecar)).notAfter).toISOString(),
				})),
			faults: faultStatuses(),
			tools: tools.statuses(),
			portOf: ports.portOf,
			trafficOf: (service, version, reporter) =>
				telemetry.traffic.read(
					edge =>
						edge.reporter === reporter &&
						edge.destination === service &&
						(version === undefined || edge.version === version),
				),
			ready: adoption.isReady(),
		});
	};

	const serviceOf = (sidecar: string): string =>
		instancesOf(config()).find(({id}) => id === sidecar)?.service.name ?? sidecar;

	return {
		status,
		config: () => ({file: options.configFile, revision: publication.revision(), config: config()}),
		revisions: publication.revisions,
		endpoints: publication.endpoints,
		replay: (): readonly MeshEvent[] => [
			...(file.diagnostics().length > 0 ? [{kind: 'diagnostics', diagnostics: file.diagnostics()} as const] : []),
			// Images are built before anybody can listen.
			...config().services.flatMap(({name}) => parts.buildWarnings.get(name) ?? []),
			...instancesOf(config()).flatMap(({id, service}): readonly MeshEvent[] => {
				const known = instances.statusOf(id);
				return known
					? [
							{
								kind: 'instance',
								instance: id,
								service: service.name,
								state: known.state,
								...(known.waitingFor !== undefined && {waitingFor: known.waitingFor}),
								...(known.note !== undefined && {note: known.note}),
								...(known.advice && {advice: known.advice}),
								forMs: instances.ageOf(id),
							},
						]
					: [];
			}),
			...tools.statuses().map(tool => ({kind: 'tool', status: tool}) as const),
			...(adoption.isReady() ? [{kind: 'ready', urls: ingressUrls(config(), ports.portOf)} as const] : []),
		],
		onEvent: events.on,
		routes: service => {
			const all = explainRoutes(config(), [...config().faults, ...faults.list().map(({fault}) => fault)]);
			const wanted = all.filter(entry => service === undefined || entry.service === service);
			return service !== undefined && wanted.length === 0 ? undefined : wanted;
		},
		addFault: async input => {
			const {fault, forMs, diagnostics} = checkFault(input, config(), freeId(faults.list()));
			if (!fault) {
				return {fault: undefined, diagnostics};
			}

			const {until} = faults.add(fault, forMs);
			await publication.publish();
			return {fault: faultStatus(fault, until, 'running'), diagnostics};
		},
		renewFault: async id => {
			const entry = faults.renew(id);
			return entry && faultStatus(entry.fault, entry.until, 'running');
		},
		clearFaults: async id => {
			const count = faults.clear(id);
			await publication.publish();
			return count;
		},
		metrics: async () => {
			await flush();
			return formatPrometheus(
				meshMetrics({
					book: telemetry.book,
					status: status(),
					trustDomain: authority.trustDomain,
					droppedSpans: telemetry.droppedSpans(),
				}),
			);
		},
		requests: async query => {
			await flush();
			return {requests: telemetry.ring.find(query), newest: telemetry.ring.newest()};
		},
		trace: async traceId => {
			await flush();
			const spans = telemetry.ring.trace(traceId).flatMap(recordSpans);
			return spans.length === 0 ? undefined : {traceId, spans: spans.sort((one, other) => one.startMs - other.startMs)};
		},
		certificates: () =>
			describeCertificates({
				identities: identities.entries(),
				hosts: hosts.entries(),
				trustDomain: authority.trustDomain,
				meshRootPem: authority.rootPem,
				userRootPem: parts.userRootPem,
			}),
		logs: runtime.logs,
		reload: file.reload,
		restart: async name => {
			const ids = instancesOf(config())
				.filter(({id, service}) => id === name || service.name === name)
				.map(({id}) => id);
			if (ids.length === 0) {
				return undefined;
			}

			const failures = await adoption.restart(ids);
			return {instances: ids, failures: failures.map(instanceFailure)};
		},
		plan: async () => {
			const {config: wanted, diagnostics} = await parts.readConfig();
			const plan = wanted
				? planChanges(
						desiredState(wanted, {places: parts.placesOf(wanted), changesOf: ports.changesOf}),
						runtime.observe(),
					)
				: {operations: [], unchanged: runtime.observe().instances.length};
			return {lines: explainPlan(plan), plan, diagnostics};
		},
		down,
		pagesOf: tools.pagesOf,
		restartSidecar: sidecar => {
			const isThere = publication.publisher.accounts().some(account => account.sidecar === sidecar);
			if (isThere) {
				const message = {kind: 'restart', sidecar} as const;
				if (parts.placesOf(config()).isInContainer(sidecar)) {
					links.send(message, sidecar);
				} else {
					proxy.send(message);
				}
			}

			return isThere;
		},
	};
};

/** `f1`, `f2` …: short, since people type it to clear one. */
const freeId = (running: readonly RunningFault[]): string => {
	const taken = new Set(running.map(({fault}) => fault.id));
	for (let number = 1; ; number++) {
		if (!taken.has(`f${number}`)) {
			return `f${number}`;
		}
	}
};

const faultStatus = (fault: FaultConfig, until: number | undefined, source: FaultStatus['source']): FaultStatus => ({
	id: fault.id,
	to: fault.to,
	explanation: explainFault(fault),
	until: until === undefined ? undefined : new Date(until).toISOString(),
	source,
});

const engineStatus = (engine: Engine | undefined): MeshStatus['engine'] =>
	engine && {address: engine.address, version: engine.version};
