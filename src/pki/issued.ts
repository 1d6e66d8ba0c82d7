// A certificate with its key, fresh from an authority; the same shape as the model's, which stands above.

export interface Issued {
	/** PEM. */
	readonly certPem: string;
	/** PKCS #8, PEM. */
	readonly keyPem: string;
	/** Wall-clock milliseconds since 1970. */
	readonly notBefore: number;
	readonly notAfter: number;
}
