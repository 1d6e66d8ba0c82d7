// All certificates of a mesh without a control plane, from two roots that are kept nowhere: nobody can issue another one.
import type {Clock} from '../../common/clock.ts';
import {type CertificateBook, createCertificateBook} from '../../control/certificate-book.ts';
import {gatewaySidecar, hostSidecar, workloadsOf} from '../../control/instances.ts';
import type {MeshConfig} from '../../model/mesh-config.ts';
import {meshNamespace} from '../../model/system-identity.ts';
import {createMeshAuthority} from '../../pki/mesh-authority.ts';
import {createPassingAuthority} from '../../pki/user-authority.ts';

export interface StandaloneCertificates {
	readonly trustDomain: string;
	/** PEM. */
	readonly rootPem: string;
	readonly identities: CertificateBook;
	readonly hosts: CertificateBook;
	/** Of the certificates of hosts, PEM. */
	readonly hostRootPem: string;
	/** Wall-clock milliseconds since 1970, when the first of them ends. */
	readonly notAfter: number;
}

/** Issues them, good for the span in milliseconds. */
export const issueCertificates = async (
	config: MeshConfig,
	validForMs: number,
	clock: Clock,
): Promise<StandaloneCertificates> => {
	const trustDomain = `${config.name}.exported.devmesh.local`;
	const [authority, hostAuthority] = await Promise.all([
		createMeshAuthority({trustDomain, namespace: meshNamespace, clock}),
		createPassingAuthority(clock),
	]);
	const identities = createCertificateBook(name => authority.issue(name, validForMs), clock);
	const hosts = createCertificateBook(host => hostAuthority.issueForHost(host, validForMs), clock);
	await Promise.all([
		// The last one is compiled with the others, and written nowhere.
		identities.ensure([...workloadsOf(config).map(({name}) => name), gatewaySidecar, hostSidecar]),
		hosts.ensure(config.gateway.hosts.filter(({tls}) => tls).map(({host}) => host)),
	]);
	const ends = [...identities.entries(), ...hosts.entries()].map(([, {notAfter}]) => notAfter);
	return {
		trustDomain,
		rootPem: authority.rootPem,
		identities,
		hosts,
		hostRootPem: hostAuthority.rootPem,
		notAfter: Math.min(...ends),
	};
};
