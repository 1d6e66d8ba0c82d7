// Says where every listener is and how every instance is reached, for processes and for containers.
import type {MeshConfig, PortConfig, ServiceConfig, UdpPortConfig} from '../model/mesh-config.ts';
import {type ContainerNetwork, dnsAddress, type PodConfig, podPorts} from '../model/pod.ts';
import type {AppAddress, DnsConfig} from '../model/snapshot.ts';
import {type ToolName, toolNames} from '../model/tool.ts';
import {
	gatewaySidecar,
	hasPlainCallers,
	type InstanceRef,
	instancesOf,
	isContainerService,
	workloadsOf,
} from './instances.ts';
import {appKey, bridgeKey, doorName, inboundName, listenerKey, outboundName, udpAppKey, udpName} from './port-keys.ts';
import {isCallable, isNamed, otherPorts, udpPortsOf} from './service-ports.ts';

export interface Address {
	/** An IP address. */
	readonly address: string;
	readonly port: number;
}

export interface Places {
	/** Where a sidecar opens a listener of its own, by the listener's name. */
	readonly listener: (sidecar: string, name: string) => Address;
	/** Where an app is found by the sidecar at its side; for another port of its service, where it listens for that. */
	readonly app: (instance: InstanceRef, other?: PortConfig) => Omit<AppAddress, 'state'>;
	/** How a sidecar reaches an instance, or another port of it: its sidecar, or the app itself when it has none. */
	readonly endpoint: (
		caller: string,
		instance: InstanceRef,
		other?: PortConfig,
	) => Address & {readonly serverName?: string};
	/** Where the app beside a sidecar calls a service, or another port of it. */
	readonly called: (
		sidecar: string,
		service: ServiceConfig,
		other?: PortConfig,
	) => {readonly host: string; readonly port: number};
	/** Where the app beside a sidecar sends datagrams to a service. */
	readonly sentTo: (sidecar: string, service: ServiceConfig, udp: UdpPortConfig) => Address;
	/** Where an app takes datagrams, for the sidecar of a sender; undefined when none get there. */
	readonly udpEndpoint: (sender: string, instance: InstanceRef, udp: UdpPortConfig) => Address | undefined;
	/** Undefined for whoever needs no names. */
	readonly dns: (sidecar: string) => DnsConfig | undefined;
	/** What the namespace of an instance needs; undefined for local processes. */
	readonly pod: (instance: InstanceRef) => PodConfig | undefined;
	/** Of a sidecar in a container, in the mesh's network. */
	readonly addressOf: (sidecar: string) => string;
	/** The address of a tool's container in the mesh's network. */
	readonly toolAddress: (tool: ToolName) => string;
	/** Whether a sidecar runs in a container. */
	readonly isInContainer: (sidecar: string) => boolean;
	/** Where the control plane reaches the sidecar of a container: the server name for the bridge. */
	readonly controlName: (sidecar: string) => string;
}

export interface PlacesParts {
	readonly config: MeshConfig;
	readonly portOf: (key: string) => number;
	readonly numberOf: (group: string, name: string) => number;
	/** Undefined without containers. */
	readonly network: ContainerNetwork | undefined;
	/** The host's name servers. */
	readonly nameServers: readonly string[];
}

/** Creates the places of one config. */
export const createPlaces = ({config, portOf, numberOf, network, nameServers}: PlacesParts): Places => {
	const containers = new Set(
		instancesOf(config)
			.filter(({service}) => isContainerService(config, service))
			.map(({id}) => id),
	);
	const isInContainer = (sidecar: string): boolean =>
		containers.has(sidecar) || (sidecar === gatewaySidecar && containers.size > 0);
	const addressOf = (sidecar: string): string =>
		hostOf(network?.subnet ?? '', sidecar === gatewaySidecar ? gatewayNumber : firstPod + numberOf('pod', sidecar));
	const nameAddress = (service: string): string => {
		// 127.64.0.53 is the name server's.
		const number = numberOf('name', service);
		return hostOf('127.64.0.0/10', firstName + number);
	};
	const captureOf = (port: number): number => podPorts.firstCapture + numberOf('capture', String(port));
	const inboundOf = (other: PortConfig | undefined): number =>
		other ? podPorts.firstInbound + numberOf('capture', String(other.port)) : podPorts.inbound;
	const listenersInPods = new Map<string, () => Address>(
		config.services.flatMap(service => [
			[
				outboundName(service.name),
				() => ({address: nameAddress(service.name), port: captureOf(service.port)}),
			] as const,
			...otherPorts(service).flatMap(other => [
				[
					outboundName(service.name, other.port),
					() => ({address: nameAddress(service.name), port: captureOf(other.port)}),
				] as const,
				[inboundName(other.port), () => ({address: '0.0.0.0', port: inboundOf(other)})] as const,
			]),
			...udpPortsOf(service).map(
				({port}) =>
					[udpName(service.name, port), () => ({address: nameAddress(service.name), port: captureOf(port)})] as const,
			),
		]),
	);
	const listenerInPod = (sidecar: string, name: string): Address =>
		listenersInPods.get(name)?.() ?? {address: '0.0.0.0', port: fixedPorts[name] ?? doorPort(sidecar, name)};
	const doorPort = (sidecar: string, name: string): number => podPorts.firstDoor + numberOf(`door of ${sidecar}`, name);
	const podName = (sidecar: string, port: number): string =>
		`${addressOf(sidecar).replaceAll('.', '-')}-${port}.pod.devmesh`;
	const appPortOf = ({id, service, version}: InstanceRef, other?: PortConfig): number => {
		if (!containers.has(id)) {
			return portOf(appKey(id, other?.port));
		}

		return other ? (other.appPort ?? other.port) : (version.appPort ?? service.port);
	};

	const names = (): Readonly<Record<string, string>> =>
		Object.fromEntries(
			config.services
				.filter(isNamed)
				.flatMap(service =>
					[service.name, ...(service.kind === 'workload' ? (service.aliases ?? []) : [])].map(
						name => [name.toLowerCase(), nameAddress(service.name)] as const,
					),
				),
		);

	// An app without a sidecar calls the instances themselves; those on the host are reached by sidecars alone.
	const plainNames = (): Readonly<Record<string, readonly string[]>> =>
		Object.fromEntries(
			workloadsOf(config)
				.filter(service => isNamed(service) && isContainerService(config, service))
				.flatMap(service =>
					[service.name, ...(service.aliases ?? [])].map(
						name =>
							[
								name.toLowerCase(),
								instancesOf(config)
									.filter(instance => instance.service === service)
									.map(({id}) => addressOf(id)),
							] as const,
					),
				),
		);
	const plainPorts = (instance: InstanceRef): Readonly<Record<string, number>> => {
		const {service, version} = instance;
		if (version.job || !isCallable(service) || (service.sidecar && config.policies.mtls === 'strict')) {
			return {};
		}

		return Object.fromEntries(
			[undefined, ...otherPorts(service)]
				.map(
					other => [(other ?? service).port, service.sidecar ? inboundOf(other) : appPortOf(instance, other)] as const,
				)
				.filter(([called, leadsTo]) => called !== leadsTo),
		);
	};

	return {
		addressOf,
		toolAddress: tool => hostOf(network?.subnet ?? '', firstTool + toolNames.indexOf(tool)),
		isInContainer,
		listener: (sidecar, name) =>
			isInContainer(sidecar)
				? listenerInPod(sidecar, name)
				: {address: '127.0.0.1', port: portOf(listenerKey(sidecar, name))},
		app: (instance, other) =>
			containers.has(instance.id)
				? {
						addresses: ['127.0.0.1', '::1', addressOf(instance.id)],
						from: '127.0.0.6',
						port: appPortOf(instance, other),
					}
				: {addresses: ['127.0.0.1', '::1'], port: appPortOf(instance, other)},
		endpoint: (caller, instance, other) => {
			const {id, service} = instance;
			if (!containers.has(id)) {
				return isInContainer(caller)
					? {address: addressOf(gatewaySidecar), port: podPorts.bridgeBack, serverName: hostName(id, other)}
					: {
							address: '127.0.0.1',
							port: portOf(service.sidecar ? listenerKey(id, inboundName(other?.port)) : appKey(id, other?.port)),
						};
			}

			if (!service.sidecar) {
				return {address: addressOf(id), port: appPortOf(instance, other)};
			}

			return isInContainer(caller)
				? {address: addressOf(id), port: inboundOf(other)}
				: {address: '127.0.0.1', port: portOf(bridgeKey), serverName: podName(id, inboundOf(other))};
		},
		called: (sidecar, service, other) =>
			isInContainer(sidecar)
				? {host: service.name, port: (other ?? service).port}
				: {host: '127.0.0.1', port: portOf(listenerKey(sidecar, outboundName(service.name, other?.port)))},
		sentTo: (sidecar, service, {port}) =>
			isInContainer(sidecar)
				? {address: service.name, port}
				: {address: '127.0.0.1', port: portOf(listenerKey(sidecar, udpName(service.name, port)))},
		udpEndpoint: (sender, {id}, {port, appPort = port}) => {
			if (containers.has(id)) {
				return {address: addressOf(id), port: appPort};
			}

			// The bridge carries connections alone.
			return isInContainer(sender) ? undefined : {address: '127.0.0.1', port: portOf(udpAppKey(id, port))};
		},
		dns: sidecar => {
			if (sidecar === gatewaySidecar && hasPlainCallers(config)) {
				return {
					address: addressOf(gatewaySidecar),
					port: podPorts.dns,
					names: inAllForms(plainNames()),
					upstreams: nameServers,
				};
			}

			return containers.has(sidecar)
				? {address: dnsAddress, port: podPorts.dns, names: inAllForms(names()), upstreams: nameServers}
				: undefined;
		},
		pod: instance => {
			const {id, service, version} = instance;
			return containers.has(id)
				? {
						address: addressOf(id),
						names: names(),
						capturePorts: Object.fromEntries(
							config.services
								.flatMap(called => [
									...(isCallable(called) ? [called] : []),
									...otherPorts(called),
									...udpPortsOf(called),
								])
								.map(({port}) => [String(port), captureOf(port)]),
						),
						inboundPorts: [undefined, ...otherPorts(service)].map(inboundOf),
						udpPorts: udpPortsOf(service).map(({port, appPort = port}) => appPort),
						plainPorts: plainPorts(instance),
						...(!service.sidecar && {nameServer: addressOf(gatewaySidecar)}),
						doors: (version.container?.ports ?? []).map(({target, published, hostIp, protocol}) => ({
							port: protocol === 'udp' || !service.sidecar ? target : doorPort(id, doorName(target)),
							protocol,
							hostIp,
							...(published !== undefined && {published}),
						})),
						sidecar: service.sidecar,
					}
				: undefined;
		},
		controlName: sidecar => podName(sidecar, podPorts.control),
	};
};

const gatewayNumber = 2;
const firstTool = 3;
const firstPod = 10;
const firstName = 64;

const fixedPorts: Readonly<Record<string, number>> = {
	[inboundName()]: podPorts.inbound,
	http: podPorts.gatewayHttp,
	https: podPorts.gatewayHttps,
};

/** By which the bridge finds a local process, see `bridge.ts` of the sidecar. */
const hostName = (instance: string, other: PortConfig | undefined): string =>
	`${other ? `${other.port}.` : ''}${instance}.host.devmesh`;

/** The n-th address of a network, such as `10.213.4.0/24`. */
const hostOf = (subnet: string, number: number): string => {
	const [a = 0, b = 0, c = 0, d = 0] = (subnet.split('/', 1)[0] ?? '').split('.').map(Number);
	const value = ((a << 24) | (b << 16) | (c << 8) | d) + number;
	return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
};

/** As apps that were written for Kubernetes call their neighbours, too. */
const inAllForms = (names: DnsConfig['names']): DnsConfig['names'] =>
	Object.fromEntries(
		Object.entries(names).flatMap(([name, address]) =>
			['', '.default', '.default.svc', '.default.svc.cluster.local'].map(ending => [`${name}${ending}`, address]),
		),
	);
