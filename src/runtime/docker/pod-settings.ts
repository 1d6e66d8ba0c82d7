// What the pause program of a pod is told by the runtime: data only.

export interface PodSettings {
	/** Where the sidecar takes calls to a port of any service, by that port. */
	readonly capturePorts: Readonly<Record<string, number>>;
	/** The sidecar's own: reachable from everywhere. */
	readonly openPorts: readonly number[];
	/** Where what others send to a port leads, by that port. */
	readonly plainPorts: Readonly<Record<string, number>>;
	/** Who answers for names. Default: the sidecar. */
	readonly nameServer?: string;
	/** The sidecar's plain ports behind published ones: not for other containers of the mesh. */
	readonly hostDoors: readonly number[];
	/** Of the app, and published: they pass by the sidecar. */
	readonly udpPorts: readonly number[];
	/** Of the app, for datagrams that sidecars of the mesh relay. */
	readonly meshUdpPorts: readonly number[];
	/** Of the mesh's network: where connections from the host itself come from. */
	readonly gateway?: AddressPair;
	/** Of the mesh's network, such as `10.213.4.0/24`. */
	readonly subnets: AddressPair;
	/** False: there is no sidecar, and everything may come in. */
	readonly isolate: boolean;
	/** The number of the user, and of the group, that sleeps on; never 0. */
	readonly user: number;
}

export interface AddressPair {
	readonly v4: string;
	/** Absent: the network has no IPv6 of its own. */
	readonly v6?: string;
}

/** What comes to a running pod. */
export type PodAddition = Partial<
	Pick<PodSettings, 'capturePorts' | 'openPorts' | 'plainPorts' | 'hostDoors' | 'udpPorts' | 'meshUdpPorts'>
>;
