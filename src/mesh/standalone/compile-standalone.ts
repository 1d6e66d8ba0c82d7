// Compiles a mesh that runs without a control plane: all endpoints are taken as ready, at addresses that compose is told.
import type {Clock} from '../../common/clock.ts';
import {MeshError} from '../../common/mesh-error.ts';
import {compileSnapshots} from '../../control/compile-snapshots.ts';
import {desiredState} from '../../control/desired-state.ts';
import {gatewaySidecar, hostSidecar, instancesOf, workloadsOf} from '../../control/instances.ts';
import {createNumberBook} from '../../control/number-book.ts';
import {createPlaces, type Places} from '../../control/places.ts';
import {listenerKey} from '../../control/port-keys.ts';
import type {StandaloneGateway, StandaloneMesh} from '../../interop/compose-export/standalone-mesh.ts';
import type {MeshConfig} from '../../model/mesh-config.ts';
import {podPorts} from '../../model/pod.ts';
import type {AppCheck, StandaloneBootstrap} from '../../model/proxy-bootstrap.ts';
import type {DnsConfig, Snapshot} from '../../model/snapshot.ts';
import {isPod} from '../../runtime/docker/containers.ts';
import type {PodInstance} from '../../runtime/docker/pod-containers.ts';
import {defaultHealth} from '../../runtime/supervised-instance.ts';
import {chooseNetwork} from './choose-network.ts';
import {issueCertificates, type StandaloneCertificates} from './issue-certificates.ts';

export interface StandaloneWish {
	readonly config: MeshConfig;
	/** IPv4, such as `10.214.7.0/24`. Default: one that depends on the mesh's name. */
	readonly subnet: string | undefined;
	/** Of all certificates, in milliseconds. */
	readonly validForMs: number;
	readonly clock: Clock;
}

/** Throws MeshError when a service has no image, or the subnet is of no use. */
export const compileStandalone = async (wish: StandaloneWish): Promise<StandaloneMesh> => {
	checkImages(wish.config);
	const config = allInDocker(wish.config);
	const network = chooseNetwork(config.name, wish.subnet, instancesOf(config).length);
	const certificates = await issueCertificates(config, wish.validForMs, wish.clock);
	const places = createPlaces({
		config,
		portOf: portsOf(config),
		numberOf: createNumberBook().numberOf,
		network,
		// The engine tells its name servers to whoever has none of its own, such as the gateway; a pod has the mesh's.
		nameServers: [`${network.gateway.replace(/1$/, '2')}:${podPorts.dns}`],
	});
	const snapshots = snapshotsOf(config, places, certificates);
	const instances = desiredState(config, {places, changesOf: () => 0}).instances.filter(isPod);
	const bootstraps = new Map<string, StandaloneBootstrap>([
		[gatewaySidecar, {snapshot: gatewaySnapshot(snapshots, places, certificates)}],
		...instances.flatMap((instance): readonly [string, StandaloneBootstrap][] => {
			const snapshot = snapshots.get(instance.id);
			return snapshot ? [[instance.id, {snapshot, ...appCheck(instance)}]] : [];
		}),
	]);
	return {
		name: config.name,
		network,
		instances,
		gateway: gatewayOf(config, places, certificates),
		bootstraps,
		notAfter: certificates.notAfter,
	};
};

const checkImages = (config: MeshConfig): void => {
	const local = workloadsOf(config).filter(({versions}) => versions.some(({container}) => !container));
	if (local.length > 0) {
		const names = local.map(({name}) => name).join(', ');
		throw new MeshError({
			code: 'DM6040',
			message: `${names} ${local.length === 1 ? 'has' : 'have'} neither image nor build, and compose runs containers only`,
			remedy: 'Add image: or build: to each; command: may stay, the container runs it then.',
		});
	}
};

const allInDocker = (config: MeshConfig): MeshConfig => ({
	...config,
	runtime: 'docker',
	services: config.services.map(service =>
		service.kind === 'workload' ? {...service, runtime: 'docker' as const} : service,
	),
});

/** Browsers know these two; whatever else is asked for would be of a process on the host. */
const portsOf = ({gateway}: MeshConfig): ((key: string) => number) => {
	const ports: Readonly<Record<string, number>> = {
		[listenerKey(gatewaySidecar, 'http')]: gateway.httpPort,
		[listenerKey(gatewaySidecar, 'https')]: gateway.httpsPort,
	};
	return key => ports[key] ?? 0;
};

const snapshotsOf = (
	config: MeshConfig,
	places: Places,
	{trustDomain, rootPem, identities, hosts}: StandaloneCertificates,
): ReadonlyMap<string, Snapshot> => {
	const snapshots = compileSnapshots({
		config,
		revision: 1,
		trustDomain,
		trustedRoots: [rootPem],
		places,
		portOf: portsOf(config),
		stateOf: () => 'ready',
		certificateOf: identities.of,
		hostCertificateOf: hosts.of,
		faults: config.faults,
	});
	return new Map(snapshots.map(snapshot => [snapshot.sidecar, snapshot]));
};

/** The gateway passes on what the pods ask for names that are none of the mesh; without an ingress, that is all it does. */
const gatewaySnapshot = (
	snapshots: ReadonlyMap<string, Snapshot>,
	places: Places,
	{identities}: StandaloneCertificates,
): Snapshot => {
	const dns: DnsConfig = {
		address: places.addressOf(gatewaySidecar),
		port: podPorts.dns,
		names: places.dns(gatewaySidecar)?.names ?? {},
		upstreams: [engineNameServer],
	};
	const own = snapshots.get(gatewaySidecar);
	if (own) {
		return {...own, dns};
	}

	const host = snapshots.get(hostSidecar);
	if (!host) {
		throw new RangeError('there is always a snapshot of the host');
	}

	return {
		...host,
		sidecar: gatewaySidecar,
		certificate: identities.of(gatewaySidecar),
		listeners: [],
		destinations: [],
		dns,
	};
};

// In every container of a network that a user made. Source: Docker, "DNS services".
const engineNameServer = '127.0.0.11';

/** What the engine asks by a command, the sidecar can only ask over the network. */
const appCheck = ({job, appPort, health = defaultHealth}: PodInstance): {readonly app?: AppCheck} => {
	const {probe, ...rest} = health;
	return job || appPort === 0
		? {}
		: {app: {target: {port: appPort, ...(probe.kind === 'http' && {path: probe.path})}, health: rest}};
};

const gatewayOf = ({gateway}: MeshConfig, places: Places, {hostRootPem}: StandaloneCertificates): StandaloneGateway => {
	const {hosts, httpPort, httpsPort} = gateway;
	const isSecure = hosts.some(({tls}) => tls);
	return {
		address: places.addressOf(gatewaySidecar),
		hosts: hosts.map(({host, tls}) => ({host, tls})),
		...(hosts.length > 0 && {ports: {http: httpPort, ...(isSecure && {https: httpsPort})}}),
		...(isSecure && {rootPem: hostRootPem}),
	};
};
