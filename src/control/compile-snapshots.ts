// Turns a checked config and the state of its instances into one snapshot a sidecar. Pure: same inputs, same snapshots.
import {ms} from '../common/units.ts';
import type {FilterSpec} from '../filters/filter-table.ts';
import type {Certificate} from '../model/certificate.ts';
import type {FaultConfig, MeshConfig} from '../model/mesh-config.ts';
import type {Destination, EndpointState, Listener, SidecarIdentity, Snapshot, UdpListener} from '../model/snapshot.ts';
import {meshNamespace} from '../model/system-identity.ts';
import {spiffeId} from '../pki/spiffe-id.ts';
import {compileDestinations} from './compile-destinations.ts';
import {gatewayListeners} from './gateway-listeners.ts';
import {gatewaySidecar, type InstanceRef, instancesOf, sidecarsOf} from './instances.ts';
import type {Places} from './places.ts';
import {doorName, inboundName, outboundName, udpName} from './port-keys.ts';
import {isCallable, otherPorts, udpPortsOf} from './service-ports.ts';

export interface SnapshotInputs {
	readonly config: MeshConfig;
	readonly revision: number;
	readonly trustDomain: string;
	/** Of the mesh's identities, PEM. */
	readonly trustedRoots: readonly string[];
	readonly places: Places;
	/** Of a key of `port-keys.ts`, on the host. */
	readonly portOf: (key: string) => number;
	readonly stateOf: (instance: string) => EndpointState;
	/** Whether an instance that its callers wait for already still answers what it was asked before. */
	readonly isLeaving?: (instance: string) => boolean;
	/** Of a service, `gateway` or `host`. */
	readonly certificateOf: (service: string) => Certificate;
	/** Of a host name that the gateway serves over TLS. */
	readonly hostCertificateOf: (host: string) => Certificate;
	/** Those of the config and those that were added to the running mesh. */
	readonly faults: readonly FaultConfig[];
}

const startWait = ms(10_000);

/** Gives the snapshots in the order of `sidecarsOf`. */
export const compileSnapshots = (inputs: SnapshotInputs): readonly Snapshot[] => {
	const instances = new Map(instancesOf(inputs.config).map(ref => [ref.id, ref]));
	// Those at home in containers reach the others in one way, those on the host in another.
	const views = new Map<boolean, readonly Destination[]>();
	const destinationsOf = (sidecar: string): readonly Destination[] => {
		const isInContainer = inputs.places.isInContainer(sidecar);
		const destinations = views.get(isInContainer) ?? compileDestinations(inputs, sidecar);
		views.set(isInContainer, destinations);
		return destinations;
	};

	return sidecarsOf(inputs.config).map(sidecar => {
		const instance = instances.get(sidecar);
		return snapshotOf(inputs, {
			sidecar,
			service: instance?.service.name ?? sidecar,
			version: instance?.version.name ?? 'default',
			listeners: listenersOf(inputs, sidecar, instance),
			destinations: destinationsOf(sidecar),
		});
	});
};

interface SnapshotParts {
	readonly sidecar: string;
	readonly service: string;
	readonly version: string;
	readonly listeners: readonly Listener[];
	readonly destinations: readonly Destination[];
}

const snapshotOf = (inputs: SnapshotInputs, parts: SnapshotParts): Snapshot => {
	const dns = inputs.places.dns(parts.sidecar);
	const udp = parts.sidecar === gatewaySidecar ? [] : udpListeners(inputs, parts.sidecar);
	const identity: SidecarIdentity = {
		service: parts.service,
		version: parts.version,
		spiffeId: spiffeId(inputs.trustDomain, meshNamespace, parts.service),
		trustDomain: inputs.trustDomain,
	};
	return {
		revision: inputs.revision,
		sidecar: parts.sidecar,
		identity,
		certificate: inputs.certificateOf(parts.service),
		trustedRoots: inputs.trustedRoots,
		seed: inputs.config.seed,
		listeners: parts.listeners,
		destinations: parts.destinations,
		startWaitMs: startWait,
		telemetry: telemetryOf(inputs.config),
		...(udp.length > 0 && {udp}),
		...(dns && {dns}),
	};
};

const telemetryOf = ({observability: {jaeger, accessLog}}: MeshConfig): Snapshot['telemetry'] => ({
	accessLog,
	sampling: jaeger === false ? 1 : jaeger.sampling / 100,
});

const listenersOf = (
	inputs: SnapshotInputs,
	sidecar: string,
	instance: InstanceRef | undefined,
): readonly Listener[] => {
	if (sidecar === gatewaySidecar) {
		return inputs.config.gateway.hosts.length > 0 ? gatewayListeners(inputs) : [];
	}

	const inbound = instance && !instance.version.job ? inboundListeners(inputs, instance) : [];
	return [...inbound, ...outboundListeners(inputs, sidecar)];
};

/** One for callers of the mesh at each port, and one behind each published port. */
const inboundListeners = (
	{config, places, stateOf, isLeaving}: SnapshotInputs,
	instance: InstanceRef,
): readonly Listener[] => {
	const {id, service, version} = instance;
	const state = isLeaving?.(id) ? 'ready' : stateOf(id);
	const policies = config.policies.authorization.filter(({to}) => to === service.name);
	const filters: readonly FilterSpec[] =
		policies.length === 0 ? [] : [{kind: 'authorize', allow: policies.flatMap(({allow}) => allow)}];
	const common = {
		kind: 'inbound',
		filters,
	} as const;
	const ports = [undefined, ...otherPorts(service)].map(other => ({
		name: inboundName(other?.port),
		protocol: (other ?? service).protocol,
		app: {...places.app(instance, other), state},
	}));
	const published = places.isInContainer(id) ? (version.container?.ports ?? []) : [];
	const doors = published
		.filter(({protocol}) => protocol === 'tcp')
		.map(({target}): Listener => {
			const name = doorName(target);
			return {
				...common,
				name,
				...places.listener(id, name),
				mtls: 'host',
				app: {...places.app(instance), state, port: target},
				// What is published and no port of the service may be anything.
				protocol: ports.find(({app}) => app.port === target)?.protocol ?? 'auto',
			};
		});
	return [
		...ports.map(port => ({...common, ...port, ...places.listener(id, port.name), mtls: config.policies.mtls})),
		...doors,
	];
};

const outboundListeners = ({config, places}: SnapshotInputs, sidecar: string): readonly Listener[] =>
	// On the host, a number is kept for every service.
	(places.isInContainer(sidecar) ? config.services.filter(isCallable) : config.services).flatMap(service =>
		[undefined, ...otherPorts(service)].map((other): Listener => {
			const name = outboundName(service.name, other?.port);
			return {
				kind: 'outbound',
				name,
				...places.listener(sidecar, name),
				destination: service.name,
				...(other && {at: {port: other.port, protocol: other.protocol}}),
			};
		}),
	);

const udpListeners = ({config, places, stateOf}: SnapshotInputs, sidecar: string): readonly UdpListener[] =>
	config.services.flatMap(service =>
		udpPortsOf(service).map((udp): UdpListener => {
			const name = udpName(service.name, udp.port);
			const instances = instancesOf(config).filter(instance => instance.service === service && !instance.version.job);
			return {
				name,
				...places.listener(sidecar, name),
				destination: service.name,
				endpoints: instances.flatMap(instance => {
					const address = places.udpEndpoint(sidecar, instance, udp);
					return address
						? [{id: instance.id, version: instance.version.name, ...address, state: stateOf(instance.id)}]
						: [];
				}),
			};
		}),
	);
