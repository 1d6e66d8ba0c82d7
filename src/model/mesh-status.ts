// How the mesh is, as the API says it and `devmesh status` shows it.
import type {Advice} from './advice.ts';
import type {Diagnostic} from './diagnostic.ts';
import type {Protocol} from './mesh-config.ts';
import type {InstanceState} from './observed-state.ts';
import type {ToolStatus} from './tool.ts';

export interface MeshStatus {
	readonly name: string;
	/** The config file, absolute. */
	readonly config: string;
	readonly runtime: 'process' | 'docker';
	/** The Docker engine of its containers; undefined without containers. */
	readonly engine: EngineStatus | undefined;
	/** The newest published revision. */
	readonly revision: number;
	readonly controlPlane: {readonly pid: number; readonly startedAt: string};
	readonly proxy: {readonly pid: number; readonly connected: boolean} | undefined;
	/** Of the last save that was refused; empty when the file and the mesh agree. Warnings of the accepted config stand here, too. */
	readonly diagnostics: readonly Diagnostic[];
	readonly services: readonly ServiceStatus[];
	readonly sidecars: readonly SidecarStatus[];
	readonly urls: readonly IngressUrl[];
	readonly faults: readonly FaultStatus[];
	/** Those that the config asks for. */
	readonly tools: readonly ToolStatus[];
	/** True once everything was ready after the last change. */
	readonly ready: boolean;
}

export interface EngineStatus {
	/** As in `DOCKER_HOST`. */
	readonly address: string;
	/** Such as `28.2.2`. */
	readonly version: string;
}

export interface ServiceStatus {
	readonly service: string;
	readonly version: string;
	readonly kind: 'workload' | 'external';
	readonly instances: readonly InstanceStatus[];
	readonly mtls: 'strict' | 'permissive' | 'off';
	/** Requests that reached it in the last minute, as its own sidecars saw them (as callers saw them without a sidecar). */
	readonly traffic: TrafficStatus;
	/** How a caller on the host reaches the service through the mesh, as identity `host`. */
	readonly hostUrl: string | undefined;
	/** The other ports at which it is called; absent when there are none. */
	readonly ports?: readonly PortStatus[];
}

export interface PortStatus {
	/** What services call. */
	readonly port: number;
	readonly protocol: Protocol | 'udp';
	/** As of the service; `udp://…` for datagrams. */
	readonly hostUrl: string;
}

export interface InstanceStatus {
	readonly id: string;
	readonly state: InstanceState;
	readonly pid: number | undefined;
	readonly restarts: number;
	/** What a start waits for, such as `tcp/5432: connection refused`. */
	readonly waitingFor: string | undefined;
	/** Why it failed. */
	readonly note?: string;
	/** What can be done about it. */
	readonly advice?: Advice;
	/** The revision that its sidecar serves; undefined without a sidecar. */
	readonly revision: number | undefined;
	readonly appPort: number;
	/** The name of the app's container; absent for local processes. */
	readonly container?: string;
	/** What the app's container used when it was looked at last, some seconds ago; absent for local processes, and for a while after a start. */
	readonly usage?: ContainerUsage;
}

export interface ContainerUsage {
	/** Cores, such as 0.25. */
	readonly cpus: number;
	readonly memoryBytes: number;
}

export interface TrafficStatus {
	readonly requestsPerSecond: number;
	/** The share without 5xx, from 0 to 1; undefined without requests. */
	readonly success: number | undefined;
	/** Milliseconds; undefined without requests. */
	readonly p50: number | undefined;
	readonly p95: number | undefined;
	readonly p99: number | undefined;
}

export interface SidecarStatus {
	readonly sidecar: string;
	/** 0 until it served its first. */
	readonly revision: number;
	readonly refused: {readonly revision: number; readonly message: string} | undefined;
	readonly certificateUntil: string;
}

export interface IngressUrl {
	readonly url: string;
	/** The port that was asked for, when it was taken and another one was used. */
	readonly insteadOf: number | undefined;
}

export interface FaultStatus {
	readonly id: string;
	readonly to: string;
	/** One sentence, such as `wait 2 s on 20 % of requests from reviews`. */
	readonly explanation: string;
	/** ISO time at which it ends; undefined: when it is cleared or the mesh goes down. */
	readonly until: string | undefined;
	readonly source: 'config' | 'running';
}
