// Holds the certificate of every identity and of every host of the gateway, and renews them at half of their time.
import type {Clock} from '../common/clock.ts';
import type {Certificate} from '../model/certificate.ts';

export interface CertificateBook {
	/** Issues what is missing or due. True when anything is new. Throws what the issuer throws. */
	readonly ensure: (names: readonly string[]) => Promise<boolean>;
	/** Gives a certificate that was ensured. Throws on any other name. */
	readonly of: (name: string) => Certificate;
	readonly entries: () => readonly (readonly [name: string, certificate: Certificate])[];
}

/** Creates an empty book over an issuer. */
export const createCertificateBook = (issue: (name: string) => Promise<Certificate>, clock: Clock): CertificateBook => {
	const certificates = new Map<string, Certificate>();
	return {
		ensure: async names => {
			const missing = [...new Set(names)].filter(name => {
				const certificate = certificates.get(name);
				return !certificate || isDue(certificate, clock.wall());
			});
			const issued = await Promise.all(missing.map(async name => [name, await issue(name)] as const));
			for (const [name, certificate] of issued) {
				certificates.set(name, certificate);
			}

			return issued.length > 0;
		},
		of: name => {
			const certificate = certificates.get(name);
			if (!certificate) {
				throw new RangeError(`no certificate was issued for ${name}`);
			}

			return certificate;
		},
		entries: () => [...certificates],
	};
};

/** Half of the time that it is meant to be used: it is dated back by a day, which does not count. */
const isDue = ({notBefore, notAfter}: Certificate, now: number): boolean => {
	const backdated = Math.min(24 * 3_600_000, (notAfter - notBefore) / 2);
	const start = notBefore + backdated;
	return now >= start + (notAfter - start) / 2 || now < notBefore;
};
