// All that one sidecar needs, immutable: the only thing that the two planes share.
import type {Milliseconds} from '../common/units.ts';
import type {FilterSpec} from '../filters/filter-table.ts';
import type {RequestMatch, Route} from '../routing/route.ts';
import type {AccessLogFormat} from '../telemetry/access-log.ts';
import type {Certificate} from './certificate.ts';
import type {Protocol} from './mesh-config.ts';

export interface Snapshot {
	/** Counts up with every publication of the control plane. */
	readonly revision: number;
	/** The instance beside which the sidecar stands, such as `reviews-v3-2`; or `gateway`, or `host`. */
	readonly sidecar: string;
	readonly identity: SidecarIdentity;
	/** What this sidecar shows to others. */
	readonly certificate: Certificate;
	/** The mesh's root; more than one while it is renewed. PEM. */
	readonly trustedRoots: readonly string[];
	readonly seed: number;
	readonly listeners: readonly Listener[];
	/** Every service that requests of this sidecar may go to, by its routes or as their backend. */
	readonly destinations: readonly Destination[];
	/** How long a request waits for an endpoint that is starting. Default: 10 s. */
	readonly startWaitMs: Milliseconds;
	readonly telemetry: TelemetrySettings;
	/** Absent: it relays no datagrams. */
	readonly udp?: readonly UdpListener[];
	/** In a container: the names that this sidecar answers for; of the gateway, those for apps without a sidecar. */
	readonly dns?: DnsConfig;
}

export interface TelemetrySettings {
	readonly accessLog: AccessLogFormat;
	/** The share of new traces that are sampled, from 0 to 1. */
	readonly sampling: number;
}

export interface DnsConfig {
	/** Where it listens, for UDP and TCP. */
	readonly address: string;
	readonly port: number;
	/** IPv4 addresses by name, in lower case: one, or several. */
	readonly names: Readonly<Record<string, string | readonly string[]>>;
	/** Name servers for everything else, asked in this order; each `address` or `address:port`. */
	readonly upstreams: readonly string[];
}

export interface SidecarIdentity {
	/** The service's name, or `gateway`, or `host`. */
	readonly service: string;
	readonly version: string;
	/** `spiffe://<trust-domain>/ns/<namespace>/sa/<service>`. */
	readonly spiffeId: string;
	/** Callers must belong to it. */
	readonly trustDomain: string;
}

export type Listener = InboundListener | OutboundListener | GatewayListener;

/** Takes datagrams that the sidecar's own app sends to one service, and relays them as they are. */
export interface UdpListener extends ListenerAddress {
	/** The destination's name. */
	readonly destination: string;
	readonly endpoints: readonly UdpEndpoint[];
}

export interface UdpEndpoint {
	/** The instance. */
	readonly id: string;
	readonly version: string;
	/** IPv4, of the app itself. */
	readonly address: string;
	readonly port: number;
	readonly state: EndpointState;
}

interface ListenerAddress {
	/** Unique within the sidecar, such as `inbound`, `inbound:9000`, `outbound:ratings`, `outbound:ratings:9000`, `udp:names:53`, `http`, `https`. */
	readonly name: string;
	/** An IP address. */
	readonly address: string;
	readonly port: number;
}

/** Takes requests for the sidecar's own app. */
export interface InboundListener extends ListenerAddress {
	readonly kind: 'inbound';
	readonly protocol: Protocol;
	/**
	 * `strict`: TLS 1.3 with a certificate of the mesh; `permissive`: plain text, too; `host`: plain text from the machine itself, behind a
	 * published port, and the caller counts as `host`.
	 */
	readonly mtls: 'strict' | 'permissive' | 'host';
	readonly app: AppAddress;
	/** Authorization; for TCP it judges the caller alone. */
	readonly filters: readonly FilterSpec[];
}

export interface AppAddress {
	/** Tried in this order: 127.0.0.1, then ::1. */
	readonly addresses: readonly string[];
	/** Where connections over IPv4 come from, so that "trust localhost" rules of databases do not apply. Default: the system's choice. */
	readonly from?: string;
	readonly port: number;
	/** A request to a starting app waits; to a ready one it fails at once when the app refuses it. */
	readonly state: EndpointState;
}

/** Takes the requests that the sidecar's own app makes to one service. */
export interface OutboundListener extends ListenerAddress {
	readonly kind: 'outbound';
	/** The destination's name. */
	readonly destination: string;
	/** Absent: the destination's own port and protocol. */
	readonly at?: {readonly port: number; readonly protocol: Protocol};
}

/** Takes requests from outside the mesh. */
export interface GatewayListener extends ListenerAddress {
	readonly kind: 'gateway';
	/** One for each host that is served over TLS; absent: plain HTTP. */
	readonly certificates?: readonly {readonly host: string; readonly certificate: Certificate}[];
	readonly routes: readonly GatewayRoute[];
}

/**
 * A backend without a version takes the service's own routes, so that a canary holds at the edge, too; one with a version goes straight there.
 * With `redirectToHttps`, requests are answered with 301 to the same address over HTTPS instead.
 */
export interface GatewayRoute extends Route {
	/** The port to redirect to. */
	readonly redirectToHttps?: number;
}

/** A service as a caller sees it. */
export interface Destination {
	readonly service: string;
	/** The port that callers know, for the authority. */
	readonly port: number;
	readonly protocol: Protocol;
	/** The first match wins; the last one matches everything unless the user's routes do not. */
	readonly routes: readonly DestinationRoute[];
	readonly faults: readonly FaultRule[];
	/** Of every version. */
	readonly endpoints: readonly Endpoint[];
	readonly loadBalancer: 'round-robin' | 'least-request';
}

export interface DestinationRoute extends Route {
	/** Timeout and retries. */
	readonly filters: readonly FilterSpec[];
}

export interface FaultRule {
	readonly id: string;
	/** Empty: every request. */
	readonly matches: readonly RequestMatch[];
	readonly filters: readonly FilterSpec[];
}

/** `starting`: will take requests soon, they may wait; `ready`; `down`: takes none. */
export type EndpointState = 'starting' | 'ready' | 'down';

export interface Endpoint extends EndpointWay {
	/** The instance, or the external host. */
	readonly id: string;
	readonly service: string;
	readonly version: string;
	readonly state: EndpointState;
	/** For calls to the other ports of its service, by the port that was called. */
	readonly ports?: Readonly<Record<number, EndpointWay>>;
}

/** Where an endpoint is dialled, and how. */
export interface EndpointWay {
	/** An IP address, or a host name for an external service. */
	readonly address: string;
	readonly port: number;
	readonly transport: Transport;
}

/**
 * How an endpoint is dialled: `mtls` asks for the SPIFFE id, `tls` for the host's name by the system's roots. With a `serverName`, mTLS is
 * dialled at a bridge, which finds its way by that name.
 */
export type Transport =
	| {readonly kind: 'mtls'; readonly spiffeId: string; readonly serverName?: string}
	| {readonly kind: 'plain'}
	| {readonly kind: 'tls'; readonly serverName: string};
