// A proxy that is measured beside others: the same backend, the same core, the same way of the request.
export interface Peer {
	readonly name: string;
	/** One plain hop to the backend, without a path: `http://127.0.0.1:<port>`. */
	readonly plainUrl: string;
	/** Two hops with mutual TLS between them. */
	readonly mutualUrl: string;
	/** Where the second of these two takes TLS. */
	readonly innerPort: number;
	/** Puts away what the load has left, such as a log. */
	readonly tidy?: () => Promise<void>;
}

/** What every peer is started with. */
export interface Ground {
	/** Of the backend. */
	readonly backendPort: number;
	/** The only core of the proxy. */
	readonly core: number;
	/** PEM files that both ends of the TLS hop use. */
	readonly certificates: CertificateFiles;
}

export interface CertificateFiles {
	readonly root: string;
	readonly certificate: string;
	readonly key: string;
	/** Certificate and key in one. */
	readonly both: string;
	/** The name that the certificate is for. */
	readonly name: string;
}
