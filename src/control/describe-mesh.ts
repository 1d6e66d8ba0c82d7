// Puts together how the mesh is. Pure: data in, status out.
import type {Diagnostic} from '../model/diagnostic.ts';
import type {MeshConfig, Protocol, ServiceConfig} from '../model/mesh-config.ts';
import type {
	ContainerUsage,
	FaultStatus,
	IngressUrl,
	InstanceStatus,
	MeshStatus,
	PortStatus,
	ServiceStatus,
	SidecarStatus,
	TrafficStatus,
} from '../model/mesh-status.ts';
import {isRaw} from '../model/raw-protocol.ts';
import type {ToolStatus} from '../model/tool.ts';
import {gatewaySidecar, hostSidecar, instancesOf, isContainerService, workloadsOf} from './instances.ts';
import {listenerKey, outboundName, udpName} from './port-keys.ts';
import {otherPorts, udpPortsOf} from './service-ports.ts';

export interface StatusInputs {
	readonly config: MeshConfig;
	/** Absolute. */
	readonly configFile: string;
	readonly revision: number;
	readonly controlPlane: MeshStatus['controlPlane'];
	readonly proxy: MeshStatus['proxy'];
	readonly diagnostics: readonly Diagnostic[];
	/** What is known of an instance; undefined before it was first started. */
	readonly instanceOf: (id: string) => Omit<InstanceStatus, 'id' | 'revision' | 'container'> | undefined;
	readonly engine: MeshStatus['engine'];
	/** The name that the engine knows an instance's app by. */
	readonly containerOf: (id: string) => string;
	readonly usageOf?: (id: string) => ContainerUsage | undefined;
	readonly sidecars: readonly SidecarStatus[];
	readonly faults: readonly FaultStatus[];
	readonly tools: readonly ToolStatus[];
	readonly portOf: (key: string) => number;
	readonly trafficOf: (
		service: string,
		version: string | undefined,
		reporter: 'source' | 'destination',
	) => TrafficStatus;
	readonly ready: boolean;
}

/** Describes the mesh, one entry a service and version. */
export const describeMesh = (inputs: StatusInputs): MeshStatus => ({
	name: inputs.config.name,
	config: inputs.configFile,
	runtime: workloadsOf(inputs.config).some(service => isContainerService(inputs.config, service))
		? 'docker'
		: 'process',
	engine: inputs.engine,
	revision: inputs.revision,
	controlPlane: inputs.controlPlane,
	proxy: inputs.proxy,
	diagnostics: inputs.diagnostics,
	services: inputs.config.services.flatMap(service => describeService(inputs, service)),
	sidecars: inputs.sidecars,
	urls: ingressUrls(inputs.config, inputs.portOf),
	faults: inputs.faults,
	tools: inputs.tools,
	ready: inputs.ready,
});

/** Gives the addresses at which the gateway answers, HTTPS first where it is the one to use. */
export const ingressUrls = (config: MeshConfig, portOf: (key: string) => number): readonly IngressUrl[] =>
	config.gateway.hosts.flatMap(({host, tls, redirect}): readonly IngressUrl[] => {
		const name = host.replace(/^\*(\.|$)/, (_, dot: string) => (dot === '' ? 'localhost' : 'any.'));
		const url = (scheme: 'http' | 'https', wanted: number): IngressUrl => {
			const port = portOf(listenerKey(gatewaySidecar, scheme));
			return {url: `${scheme}://${name}:${port}/`, insteadOf: port === wanted ? undefined : wanted};
		};

		return [
			...(tls && redirect ? [] : [url('http', config.gateway.httpPort)]),
			...(tls ? [url('https', config.gateway.httpsPort)] : []),
		];
	});

const describeService = (inputs: StatusInputs, service: ServiceConfig): readonly ServiceStatus[] => {
	const hostUrl = hostUrlOf(inputs, service.protocol, outboundName(service.name));
	const ports: readonly PortStatus[] = [
		...otherPorts(service).map(({port, protocol}) => ({
			port,
			protocol,
			hostUrl: hostUrlOf(inputs, protocol, outboundName(service.name, port)),
		})),
		...udpPortsOf(service).map(({port}) => ({
			port,
			protocol: 'udp' as const,
			hostUrl: hostUrlOf(inputs, 'udp', udpName(service.name, port)),
		})),
	];
	if (service.kind === 'external') {
		return [
			{
				service: service.name,
				version: '',
				kind: 'external',
				instances: [],
				mtls: 'off',
				traffic: inputs.trafficOf(service.name, undefined, 'source'),
				hostUrl,
			},
		];
	}

	const instances = instancesOf(inputs.config).filter(instance => instance.service === service);
	const revisions = new Map(inputs.sidecars.map(({sidecar, revision}) => [sidecar, revision]));
	return service.versions.map(version => ({
		service: service.name,
		version: version.name,
		kind: 'workload',
		instances: instances
			.filter(instance => instance.version === version)
			.map(({id}): InstanceStatus => {
				const known = inputs.instanceOf(id) ?? {
					state: 'waiting',
					pid: undefined,
					restarts: 0,
					waitingFor: undefined,
					appPort: 0,
				};
				return {
					id,
					...known,
					revision: revisions.get(id),
					...(isContainerService(inputs.config, service) && {
						container: inputs.containerOf(id),
						...usageOf(id, inputs),
					}),
				};
			}),
		mtls: service.sidecar ? inputs.config.policies.mtls : 'off',
		traffic: service.sidecar
			? inputs.trafficOf(service.name, version.name, 'destination')
			: inputs.trafficOf(service.name, version.name, 'source'),
		hostUrl,
		...(ports.length > 0 && {ports}),
	}));
};

const hostUrlOf = ({portOf}: StatusInputs, protocol: Protocol | 'udp', listener: string): string =>
	`${protocol === 'udp' || isRaw(protocol) ? protocol : 'http'}://127.0.0.1:${portOf(listenerKey(hostSidecar, listener))}`;

const usageOf = (id: string, inputs: Pick<StatusInputs, 'usageOf'>): Pick<InstanceStatus, 'usage'> => {
	const usage = inputs.usageOf?.(id);
	return usage ? {usage} : {};
};
