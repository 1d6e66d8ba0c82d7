// The network side of containers: what every part of devmesh must agree on.

/** Where the parts listen within a pod and within the gateway's container. Source of the numbers: Istio's, where it has one. */
export const podPorts = {
	/** The sidecar, for callers of the mesh. */
	inbound: 15_006,
	/** The sidecar, for the control plane. */
	control: 15_090,
	/** The sidecar, for the names of the mesh. */
	dns: 15_053,
	/** The gateway's container: connections between the host and the pods. */
	bridge: 15_008,
	/** The gateway's container: connections of pods to processes on the host. */
	bridgeBack: 15_009,
	/** The gateway's container: the metrics of the mesh, for the Prometheus that comes with it. */
	metrics: 15_020,
	gatewayHttp: 15_080,
	gatewayHttps: 15_443,
	/** From here on: the sidecar, for callers of the mesh at the other ports of its service. */
	firstInbound: 14_600,
	/** From here on: where the sidecar takes calls of its app, one for each port that services have. */
	firstCapture: 15_100,
	/** From here on: where the sidecar takes what comes through a published port. */
	firstDoor: 15_400,
} as const;

/** As which the bridge asks the host for the metrics, where it asks for instances otherwise: those end with a number. */
export const metricsName = 'metrics';

/** How many ports all services of a mesh can have between them. */
export const mostPorts = 300;

/** The address of the responder for names, in every pod. */
export const dnsAddress = '127.64.0.53';

/** The network of a mesh's containers. */
export interface ContainerNetwork {
	/** IPv4, such as `10.213.4.0/24`. */
	readonly subnet: string;
	/** The host's own address in it. */
	readonly gateway: string;
	/** IPv6, where the engine has it. */
	readonly subnet6?: string;
	readonly gateway6?: string;
}

/** What the namespace of an instance in containers needs. */
export interface PodConfig {
	/** In the mesh's network. */
	readonly address: string;
	/** Of every service of the mesh, by name. */
	readonly names: Readonly<Record<string, string>>;
	/** Where the sidecar takes calls to a port, by that port. */
	readonly capturePorts: Readonly<Record<string, number>>;
	/** Of the sidecar, for callers of the mesh: one for each port of the service. */
	readonly inboundPorts: readonly number[];
	/** Of the app, for datagrams of the mesh. */
	readonly udpPorts: readonly number[];
	/** Where what others of the network send to a port leads, by that port: to the sidecar of a service that takes plain text, or to where an app without a sidecar listens. */
	readonly plainPorts: Readonly<Record<string, number>>;
	/** Absent: that of its own sidecar. */
	readonly nameServer?: string;
	readonly doors: readonly PodDoor[];
	/** False: no sidecar beside it, and everybody reaches the app. */
	readonly sidecar: boolean;
}

/** A port that is published on the host. */
export interface PodDoor {
	/** In the container: the sidecar's for TCP, the app's own for UDP and without a sidecar. */
	readonly port: number;
	readonly protocol: 'tcp' | 'udp';
	/** A port or a range of the host, of which a free one is taken. Absent: any. */
	readonly published?: string;
	readonly hostIp: string;
}
