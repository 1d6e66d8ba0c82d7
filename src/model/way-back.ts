// How containers reach local processes: through the bridge, to which the proxy process of the host keeps connections at hand.
import type {Certificate} from './certificate.ts';

export interface WayBack {
	/** Of the bridge, on 127.0.0.1. */
	readonly bridgePort: number;
	/** The SPIFFE id that the bridge must prove. */
	readonly bridge: string;
	/** Of the control plane, in whose name the bridge is dialled. */
	readonly certificate: Certificate;
	readonly trustedRoots: readonly string[];
	/** Shown to containers in place of apps without a sidecar, which speak no TLS. */
	readonly hostCertificate: Certificate;
	/** Who may be reached, by what the bridge asks for: an instance, or `<port>.<instance>` for another port of its service. */
	readonly targets: Readonly<Record<string, WayBackTarget>>;
}

export interface WayBackTarget {
	/** On 127.0.0.1. */
	readonly port: number;
	/** True: it is the app itself. */
	readonly isApp?: true;
}

/** What the bridge asks for. */
export const wayBackName = (instance: string, port?: number): string =>
	port === undefined ? instance : `${port}.${instance}`;
