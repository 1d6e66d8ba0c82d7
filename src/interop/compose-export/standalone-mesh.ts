// A mesh that runs without a control plane, as it is written into a folder for docker compose.
import type {ContainerNetwork} from '../../model/pod.ts';
import type {StandaloneBootstrap} from '../../model/proxy-bootstrap.ts';
import type {PodInstance} from '../../runtime/docker/pod-containers.ts';

export interface StandaloneMesh {
	readonly name: string;
	readonly network: ContainerNetwork;
	readonly instances: readonly PodInstance[];
	readonly gateway: StandaloneGateway;
	/** Of every instance with a sidecar, and of the gateway; by name. */
	readonly bootstraps: ReadonlyMap<string, StandaloneBootstrap>;
	/** Wall-clock milliseconds since 1970, when the first certificate ends. */
	readonly notAfter: number;
}

export interface StandaloneGateway {
	/** In the mesh's network. */
	readonly address: string;
	/** On 127.0.0.1 of the host; absent without an ingress, and `https` without a host that is served over TLS. */
	readonly ports?: {readonly http: number; readonly https?: number};
	/** Of the certificates that browsers see, PEM. */
	readonly rootPem?: string;
	/** Such as `https://bookinfo.localhost`. */
	readonly hosts: readonly {readonly host: string; readonly tls: boolean}[];
}

/** The gateway's name among the services, too. */
export const gatewayService = 'gateway';
export const pauseService = (instance: string): string => `${instance}-pause`;
export const sidecarService = (instance: string): string => `${instance}-sidecar`;

/** A file of the folder that is written. */
export interface ExportedFile {
	/** Within the folder, with slashes. */
	readonly path: string;
	readonly content: string;
	/** As of `chmod`. Default: 0o644. */
	readonly mode?: number;
}
