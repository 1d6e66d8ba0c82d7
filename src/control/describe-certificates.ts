// Lists the certificates of a mesh for people.
import {X509Certificate} from 'node:crypto';
import type {CertificateStatus} from '../model/api.ts';
import type {Certificate} from '../model/certificate.ts';
import {meshNamespace} from '../model/system-identity.ts';
import {spiffeId} from '../pki/spiffe-id.ts';

export interface CertificateInputs {
	readonly identities: readonly (readonly [service: string, certificate: Certificate])[];
	readonly hosts: readonly (readonly [host: string, certificate: Certificate])[];
	readonly trustDomain: string;
	readonly meshRootPem: string;
	readonly userRootPem: string;
}

/** Gives the roots, then identities, then hosts. */
export const describeCertificates = (inputs: CertificateInputs): readonly CertificateStatus[] => [
	describe('mesh root', inputs.trustDomain, inputs.meshRootPem),
	describe('user root', 'for browsers', inputs.userRootPem),
	...inputs.identities.map(([service, {certPem}]) =>
		describe(service, spiffeId(inputs.trustDomain, meshNamespace, service), certPem),
	),
	...inputs.hosts.map(([host, {certPem}]) => describe('gateway', host, certPem)),
];

const describe = (holder: string, name: string, pem: string): CertificateStatus => {
	const certificate = new X509Certificate(pem);
	return {
		holder,
		name,
		notBefore: certificate.validFromDate.toISOString(),
		notAfter: certificate.validToDate.toISOString(),
		fingerprint: certificate.fingerprint256,
	};
};
