// Turns a checked config and the state of its instances into one snapshot a sidecar. Pure: same inputs, same snapshots.
import {ms} from '../common/units.ts';
import type {Certificate} from '../model/certificate.ts';
import type {FaultConfig, MeshConfig} from '../model/mesh-config.ts';
import type {Destination, EndpointState, Listener, SidecarIdentity, Snapshot} from '../model/snapshot.ts';
import {meshNamespace} from '../model/system-identity.ts';
import {spiffeId} from '../pki/spiffe-id.ts';
import {compileDestinations} from './compile-destinations.ts';
import {gatewayListeners} from './gateway-listeners.ts';
import {gatewaySidecar, type InstanceRef, instancesOf, sidecarsOf} from './instances.ts';
import {appKey, inboundName, listenerKey, outboundName} from './port-keys.ts';

export interface SnapshotInputs {
	readonly config: MeshConfig;
	readonly revision: number;
	readonly trustDomain: string;
	/** Of the mesh's identities, PEM. */
	readonly trustedRoots: readonly string[];
	readonly portOf: (key: string) => number;
	readonly stateOf: (instance: string) => EndpointState;
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
	const destinations = compileDestinations(inputs);
	const instances = new Map(instancesOf(inputs.config).map(ref => [ref.id, ref]));
	return sidecarsOf(inputs.config).map(sidecar => {
		const instance = instances.get(sidecar);
		return snapshotOf(inputs, {
			sidecar,
			service: instance?.service.name ?? sidecar,
			version: instance?.version.name ?? 'default',
			listeners: listenersOf(inputs, sidecar, instance),
			destinations,
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
	};
};

const listenersOf = (
	inputs: SnapshotInputs,
	sidecar: string,
	instance: InstanceRef | undefined,
): readonly Listener[] => {
	if (sidecar === gatewaySidecar) {
		return gatewayListeners(inputs);
	}

	const inbound = instance && !instance.version.job ? [inboundListener(inputs, instance)] : [];
	return [...inbound, ...outboundListeners(inputs, sidecar)];
};

const inboundListener = ({config, portOf, stateOf}: SnapshotInputs, {id, service}: InstanceRef): Listener => {
	const policies = config.policies.authorization.filter(({to}) => to === service.name);
	return {
		kind: 'inbound',
		name: inboundName,
		address: '127.0.0.1',
		port: portOf(listenerKey(id, inboundName)),
		protocol: service.protocol,
		mtls: config.policies.mtls,
		app: {addresses: ['127.0.0.1', '::1'], port: portOf(appKey(id)), state: stateOf(id)},
		filters: policies.length === 0 ? [] : [{kind: 'authorize', allow: policies.flatMap(({allow}) => allow)}],
	};
};

const outboundListeners = ({config, portOf}: SnapshotInputs, sidecar: string): readonly Listener[] =>
	config.services.map(({name}) => ({
		kind: 'outbound',
		name: outboundName(name),
		address: '127.0.0.1',
		port: portOf(listenerKey(sidecar, outboundName(name))),
		destination: name,
	}));
