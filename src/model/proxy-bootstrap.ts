// What a proxy process starts from: `proxy.json` in the mesh's state folder, readable by its user alone.
import type {Certificate} from './certificate.ts';

export interface ProxyBootstrap {
	/** Where it listens for the control plane, on 127.0.0.1. */
	readonly port: number;
	/** Its own, for that connection. */
	readonly certificate: Certificate;
	/** PEM. */
	readonly trustedRoots: readonly string[];
	/** The SPIFFE id of the only caller that it obeys. */
	readonly controlPlane: string;
}
