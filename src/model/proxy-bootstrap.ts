// What a proxy process starts from: `proxy.json` in the mesh's state folder, readable by its user alone.
import type {Certificate} from './certificate.ts';
import type {ProbeTarget} from './control-message.ts';
import type {HealthConfig} from './mesh-config.ts';
import type {Snapshot} from './snapshot.ts';

export interface ProxyBootstrap {
	/** Where it listens for the control plane. */
	readonly port: number;
	/** Default: 127.0.0.1; in a container, the control plane comes from outside. */
	readonly address?: string;
	/** Its own, for that connection. */
	readonly certificate: Certificate;
	/** PEM. */
	readonly trustedRoots: readonly string[];
	/** The SPIFFE id of the only caller that it obeys. */
	readonly controlPlane: string;
	/** Of the gateway's container alone. */
	readonly bridge?: BridgeBootstrap;
}

/** The way between the host and the containers: connections are passed on by the server name of their TLS handshake, unread. */
export interface BridgeBootstrap {
	/** For what comes from the host: `<a>-<b>-<c>-<d>-<port>.pod.devmesh` leads to that address and port. */
	readonly port: number;
	/** No other addresses are dialled; IPv4, such as `10.213.4.0/24`. */
	readonly subnet: string;
	/** No other ports are dialled; each a number, or the first and the last of a range. */
	readonly ports: readonly (number | readonly [first: number, last: number])[];
	/** For what containers send to the host: `<instance>.host.devmesh` leads to that local process, `<port>.<instance>.host.devmesh` to another port of its service. */
	readonly backPort: number;
	/** What comes here leads to the metrics of the mesh, as it is: HTTP in plain text. */
	readonly metricsPort: number;
}

/** What a sidecar in a container starts from where there is no control plane: it serves this and listens to nobody. */
export interface StandaloneBootstrap {
	readonly snapshot: Snapshot;
	/** Absent: the app beside it is taken as ready from the beginning. */
	readonly app?: AppCheck;
}

/** How the app beside a sidecar is asked whether it takes requests. */
export interface AppCheck {
	readonly target: ProbeTarget;
	readonly health: Omit<HealthConfig, 'probe'>;
}
