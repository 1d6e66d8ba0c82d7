// What should run on this machine.

import type {Bytes, Milliseconds} from '../common/units.ts';
import type {ContainerConfig} from './container-config.ts';
import type {DependencyConfig, HealthConfig} from './mesh-config.ts';
import type {PodConfig} from './pod.ts';

export interface DesiredState {
	/** In the order of the config. */
	readonly instances: readonly DesiredInstance[];
	/** Of the gateway, `host` and every instance with a sidecar. */
	readonly sidecars: readonly string[];
}

/** The network side of a tool's container. */
export interface ToolContainer {
	/** In the mesh's network. */
	readonly address: string;
	/** On 127.0.0.1 of the host. */
	readonly published: readonly {readonly inside: number; readonly port: number}[];
}

export interface DesiredInstance {
	/** `<service>-<version>-<n>`, or `<service>-<n>` when the service has no versions; n from 1. */
	readonly id: string;
	readonly service: string;
	readonly version: string;
	/** A string is run by the shell. Empty for a container: it has its own. */
	readonly command: string | readonly string[];
	readonly workdir: string;
	/** All that the process gets beyond the user's own environment, templates filled in. */
	readonly env: Readonly<Record<string, string>>;
	/** Where the app is expected to listen. */
	readonly appPort: number;
	/** Both for an instance in containers. */
	readonly container?: ContainerConfig;
	readonly pod?: PodConfig;
	/** For a tool in a container, which is no pod. */
	readonly tool?: ToolContainer;
	readonly resources?: {readonly cpus?: number; readonly memory?: Bytes};
	readonly health?: HealthConfig;
	readonly job: boolean;
	readonly restart: 'always' | 'on-failure' | 'no';
	readonly stopGraceMs: Milliseconds;
	readonly dependsOn: readonly DependencyConfig[];
	/** A digest of what the user wrote for it: another one means a restart. Addresses that devmesh provides do not count. */
	readonly digest: string;
}
