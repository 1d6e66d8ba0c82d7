// A certificate as it travels to those who show it.

export interface Certificate {
	/** The leaf, then intermediates, PEM. */
	readonly certPem: string;
	/** PKCS #8, PEM. */
	readonly keyPem: string;
	/** Wall-clock milliseconds since 1970. */
	readonly notBefore: number;
	readonly notAfter: number;
}
