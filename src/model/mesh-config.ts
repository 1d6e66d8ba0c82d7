// The checked config: what `mesh.config.yaml` means, with units as numbers and everything named that was left out.
import type {Bytes, Milliseconds} from '../common/units.ts';
import type {CallRule} from '../filters/authorize.ts';
import type {FilterSpec} from '../filters/filter-table.ts';
import type {RequestMatch, Route} from '../routing/route.ts';
import type {ContainerConfig} from './container-config.ts';
import type {SourcePlace} from './source-place.ts';
import type {ToolConfig} from './tool.ts';

export type RuntimeChoice = 'auto' | 'docker' | 'process';

export interface MeshConfig {
	/** Lower-case letters, digits and dashes. Default: the folder's name. */
	readonly name: string;
	/** The folder that relative paths start from, absolute. */
	readonly folder: string;
	readonly runtime: RuntimeChoice;
	/** What every draw starts from. Default: a number made of the name, so that two runs agree. */
	readonly seed: number;
	readonly services: readonly ServiceConfig[];
	/** In file order; the first match wins. */
	readonly routes: readonly RouteConfig[];
	readonly faults: readonly FaultConfig[];
	readonly policies: PoliciesConfig;
	readonly gateway: GatewayConfig;
	readonly observability: ObservabilityConfig;
}

/**
 * `tls`: the app's own, passed through as it is. `auto`: told by the first bytes of each connection; a client that keeps silent waits for the
 * server to speak.
 */
export type Protocol = 'http' | 'tcp' | 'tls' | 'auto';

export type ServiceConfig = WorkloadConfig | ExternalConfig;

/** A service that devmesh runs. */
export interface WorkloadConfig {
	readonly kind: 'workload';
	readonly name: string;
	/** What callers dial. */
	readonly port: number;
	/** Default: `auto`, or `tcp` for the well-known ports of databases and mail. */
	readonly protocol: Protocol;
	/** False: no proxy beside it, callers reach the app itself. Default: true. */
	readonly sidecar: boolean;
	/** Default: the mesh's. */
	readonly runtime?: RuntimeChoice;
	readonly dependsOn: readonly DependencyConfig[];
	/** Other names that callers may dial it by, as a compose file has them: `my_db`, a link's or a network's alias. */
	readonly aliases?: readonly string[];
	/** At which it is called, too; none of them is its own `port`. Routes, faults and policies hold for all. */
	readonly ports?: readonly PortConfig[];
	/** At which it is sent datagrams. They are relayed as they are: no routes, faults, policies or mutual TLS hold for them. */
	readonly udpPorts?: readonly UdpPortConfig[];
	/** Those of its ports that no file says, but its image. The app is not told of them. */
	readonly imagePorts?: readonly number[];
	/** At least one. A service without `versions:` has one that is named `default`. */
	readonly versions: readonly VersionConfig[];
	readonly place: SourcePlace;
}

/** One more port of a service. */
export interface PortConfig {
	/** What callers dial. */
	readonly port: number;
	/** Where the app listens for it. Absent: at the same number in a container; for a local process a free one, handed over as `PORT_<port>`, for datagrams `PORT_<port>_UDP`. */
	readonly appPort?: number;
	readonly protocol: Protocol;
}

/** A port for datagrams. */
export type UdpPortConfig = Omit<PortConfig, 'protocol'>;

/** A service outside the mesh. */
export interface ExternalConfig {
	readonly kind: 'external';
	readonly name: string;
	readonly protocol: Protocol;
	readonly host: string;
	/** At the external host. */
	readonly port: number;
	/** True: devmesh speaks TLS to it. */
	readonly tls: boolean;
	readonly place: SourcePlace;
}

export interface DependencyConfig {
	readonly service: string;
	/** `completed` asks for a job that ended with 0. Default: `healthy`, for a job `completed`. */
	readonly condition: 'started' | 'healthy' | 'completed';
}

export interface VersionConfig {
	readonly name: string;
	/** How many instances, from 0. Default: 1. */
	readonly replicas: number;
	/** A string is run by the shell, a list as it is. Absent for services that only a container can run. */
	readonly command?: string | readonly string[];
	/** Absolute. */
	readonly workdir: string;
	/** May hold `{{service.url}}`, `{{service.host}}`, `{{service.port}}` and `{{port}}`. */
	readonly env: Readonly<Record<string, string>>;
	/** The port at which the app itself listens. Absent in the process runtime: a free one, handed over as `PORT`. */
	readonly appPort?: number;
	readonly health?: HealthConfig;
	/** A job runs once and is done when it exits with 0. Default: false. */
	readonly job: boolean;
	/** Whether an app that exits is started again: always, only after a failure, or never. Default: `always`; `no` for a job. */
	readonly restart: 'always' | 'on-failure' | 'no';
	/** How long an app may take to stop before it is killed. Default: 10 s. */
	readonly stopGraceMs: Milliseconds;
	/** For the Docker runtime; absent for services without an image. */
	readonly container?: ContainerConfig;
	readonly resources?: {readonly cpus?: number; readonly memory?: Bytes};
	readonly place: SourcePlace;
}

export type HealthProbe =
	| {readonly kind: 'http'; readonly path: string}
	| {readonly kind: 'tcp'}
	| {readonly kind: 'command'; readonly command: string | readonly string[]}
	| {readonly kind: 'log'; readonly pattern: string};

export interface HealthConfig {
	readonly probe: HealthProbe;
	/** Between two probes once ready. Default: 5 s. While starting it is asked every 100 to 250 ms. */
	readonly intervalMs: Milliseconds;
	/** For one probe. Default: 1 s. */
	readonly timeoutMs: Milliseconds;
	/** Failures in a row until a ready instance is unready. Default: 3. */
	readonly failures: number;
	/** How long a start may take before it is reported as failed. Default: 60 s. */
	readonly startTimeoutMs: Milliseconds;
}

/** A route of requests to one service. */
export interface RouteConfig extends Route {
	/** The service that callers dial. */
	readonly to: string;
	/** Timeout and retries, as filters. Empty: the defaults (no timeout, Istio's two retries on connect failure). */
	readonly filters: readonly FilterSpec[];
	readonly place: SourcePlace;
}

export interface FaultConfig {
	/** Such as `faults[0]`, or an id of its own when it was added to the running mesh. */
	readonly id: string;
	readonly to: string;
	/** Callers and request properties; empty: every request. */
	readonly matches: readonly RequestMatch[];
	readonly filters: readonly FilterSpec[];
	/** Absent for faults that were added to the running mesh. */
	readonly place?: SourcePlace;
}

export interface PoliciesConfig {
	/** `strict` refuses whoever shows no certificate of this mesh. Default: `strict`. */
	readonly mtls: 'strict' | 'permissive';
	readonly authorization: readonly AuthorizationConfig[];
}

export interface AuthorizationConfig {
	readonly to: string;
	/** Any of these lets a request in; a service that no entry names lets everybody in. */
	readonly allow: readonly CallRule[];
	readonly place: SourcePlace;
}

export interface GatewayConfig {
	/** Default: 8080; a free one when it is taken. */
	readonly httpPort: number;
	/** Default: 8443; a free one when it is taken. */
	readonly httpsPort: number;
	readonly hosts: readonly GatewayHostConfig[];
}

export interface GatewayHostConfig {
	/** Such as `bookinfo.localhost` or `*.shop.localhost`; `*` for any. */
	readonly host: string;
	/** True: served over HTTPS, and plain HTTP is redirected there unless `redirect: false`. */
	readonly tls: boolean;
	readonly redirect: boolean;
	/** In file order. */
	readonly routes: readonly Route[];
	readonly place: SourcePlace;
}

export interface ObservabilityConfig {
	/** Default: whether there is a Grafana, which asks it. */
	readonly prometheus: ToolConfig | false;
	readonly grafana: ToolConfig | false;
	readonly jaeger: JaegerConfig | false;
	/** Where spans go over OTLP/HTTP, as for `OTEL_EXPORTER_OTLP_ENDPOINT`; undefined for nowhere. */
	readonly otlp: string | undefined;
	readonly accessLog: 'json' | 'text' | 'off';
}

export interface JaegerConfig extends ToolConfig {
	/** The share of new traces that are sampled, in percent. */
	readonly sampling: number;
	/** Of a Jaeger that runs already, in place of one that devmesh starts: where it takes Thrift over HTTP, such as `http://127.0.0.1:14268/api/traces`. */
	readonly url: string | undefined;
}
