// The root of one mesh's identities. Only this file knows selfsigned.
import {randomUUID} from 'node:crypto';
import {type GenerateResult, generate, type SelfsignedOptions} from 'selfsigned';
import type {Clock} from '../common/clock.ts';
import type {Issued} from './issued.ts';
import {type Lifetime, leafLifetime, rootLifetime} from './lifetime.ts';
import {spiffeId} from './spiffe-id.ts';

export interface MeshAuthority {
	readonly trustDomain: string;
	/** PEM. */
	readonly rootPem: string;
	/** Issues a certificate with the SPIFFE id of a service as its only name, good for a day, or as many milliseconds as are said. */
	readonly issue: (service: string, validForMs?: number) => Promise<Issued>;
	/** Gives what `loadMeshAuthority` takes; holds the private key. */
	readonly serialize: () => string;
}

export interface MeshAuthorityOptions {
	readonly trustDomain: string;
	readonly namespace: string;
	readonly clock: Clock;
}

/** Makes a new root (EC P-256). */
export const createMeshAuthority = async ({
	trustDomain,
	namespace,
	clock,
}: MeshAuthorityOptions): Promise<MeshAuthority> => {
	// Another name for each root: without key identifiers, verifiers find the issuer by its name, and of two with one name they try the first alone.
	const root = await sign(`devmesh mesh root ${randomUUID()}`, rootLifetime(clock), [
		{name: 'basicConstraints', cA: true, critical: true},
		{name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true},
		{name: 'subjectAltName', altNames: [{type: 6, value: `spiffe://${trustDomain}`}]},
	]);
	return authorityOf({trustDomain, namespace, certPem: root.cert, keyPem: root.private}, clock);
};

/** Takes up an authority that was serialized. Throws `SyntaxError` on what is none. */
export const loadMeshAuthority = (serialized: string, clock: Clock): MeshAuthority =>
	authorityOf(JSON.parse(serialized) as SavedAuthority, clock);

interface SavedAuthority {
	readonly trustDomain: string;
	readonly namespace: string;
	readonly certPem: string;
	readonly keyPem: string;
}

const authorityOf = (saved: SavedAuthority, clock: Clock): MeshAuthority => {
	const {trustDomain, namespace, certPem, keyPem} = saved;
	return {
		trustDomain,
		rootPem: certPem,
		issue: async (service, validForMs) => {
			const span = leafLifetime(clock, validForMs);
			const leaf = await sign(
				'devmesh workload',
				span,
				[
					{name: 'basicConstraints', cA: false, critical: true},
					{name: 'keyUsage', digitalSignature: true, critical: true},
					{name: 'extKeyUsage', serverAuth: true, clientAuth: true},
					{name: 'subjectAltName', altNames: [{type: 6, value: spiffeId(trustDomain, namespace, service)}]},
				],
				{key: keyPem, cert: certPem},
			);
			return {
				certPem: leaf.cert,
				keyPem: leaf.private,
				notBefore: span.notBeforeDate.getTime(),
				notAfter: span.notAfterDate.getTime(),
			};
		},
		serialize: () => JSON.stringify(saved),
	};
};

// Names are of our own making: selfsigned pastes them into a string, where a comma would begin another name.
const sign = (
	commonName: string,
	span: Lifetime,
	extensions: NonNullable<SelfsignedOptions['extensions']>,
	ca?: NonNullable<SelfsignedOptions['ca']>,
): Promise<GenerateResult> =>
	generate([{name: 'commonName', value: commonName}], {
		keyType: 'ec',
		curve: 'P-256',
		// Its default is SHA-1.
		algorithm: 'sha256',
		...span,
		extensions,
		...(ca && {ca}),
	});
