// The root of one user for what browsers and other languages see; one for all meshes, trusted only when the user says so.
// Made by @peculiar/x509: selfsigned writes no key identifiers, without which strict verifiers refuse a certificate (RFC 5280, 4.2.1.1).
import {X509Certificate as NodeCertificate, randomUUID, webcrypto} from 'node:crypto';
import {link, mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {
	AuthorityKeyIdentifierExtension,
	BasicConstraintsExtension,
	ExtendedKeyUsageExtension,
	type Extension,
	KeyUsageFlags,
	KeyUsagesExtension,
	PemConverter,
	SubjectAlternativeNameExtension,
	SubjectKeyIdentifierExtension,
	X509Certificate,
	X509CertificateGenerator,
} from '@peculiar/x509';
import type {Clock} from '../common/clock.ts';
import type {Issued} from './issued.ts';
import {type Lifetime, leafLifetime, rootLifetime} from './lifetime.ts';

export interface UserAuthority {
	/** PEM. */
	readonly rootPem: string;
	/** Issues a certificate for a host name or `*.name`, good for a day, or as many milliseconds as are said. For `*` it names `localhost` and `*.localhost`; openssl and some browsers take no wildcard right below a top-level name. */
	readonly issueForHost: (host: string, validForMs?: number) => Promise<Issued>;
}

const algorithm = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'} as const;
const extendedKeyUsage = {serverAuth: '1.3.6.1.5.5.7.3.1'} as const;

/** Takes the root of the folder (`root.pem`: certificate and key, mode 0600), or makes one; of two at once, one wins and both use it. */
export const loadOrCreateUserAuthority = async (folder: string, clock: Clock): Promise<UserAuthority> => {
	await mkdir(folder, {recursive: true, mode: 0o700});
	const file = path.join(folder, 'root.pem');
	const known = await readFile(file, 'utf8').catch(() => undefined);
	return authorityOf(known ?? (await saveRoot(file, await createRoot(clock))), clock);
};

/** Makes a root that is kept nowhere: what it issues is all that there will ever be of it. */
export const createPassingAuthority = async (clock: Clock): Promise<UserAuthority> =>
	authorityOf(await createRoot(clock), clock);

/** Gives certificate and key, PEM. */
const createRoot = async (clock: Clock): Promise<string> => {
	const keys = await createKeys();
	const certificate = await X509CertificateGenerator.createSelfSigned(
		{
			serialNumber: serialNumber(),
			name: 'CN=devmesh local root',
			...named(rootLifetime(clock)),
			keys,
			signingAlgorithm: algorithm,
			extensions: [
				new BasicConstraintsExtension(true, 0, true),
				new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
				await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto as Crypto),
			],
		},
		webcrypto as Crypto,
	);
	return `${certificate.toString('pem')}\n${await keyPem(keys)}\n`;
};

/** Gives the root that is in the file afterwards. */
const saveRoot = async (file: string, root: string): Promise<string> => {
	const draft = `${file}.${randomUUID()}.tmp`;
	await writeFile(draft, root, {mode: 0o600});
	try {
		// Fails when another command was faster; then its root is the one.
		await link(draft, file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
			throw error;
		}
	} finally {
		await rm(draft, {force: true});
	}

	return readFile(file, 'utf8');
};

const authorityOf = async (pem: string, clock: Clock): Promise<UserAuthority> => {
	const rootPem = new NodeCertificate(pem).toString();
	const root = new X509Certificate(rootPem);
	const [keyBytes] = PemConverter.decode(
		/-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/.exec(pem)?.[0] ?? '',
	);
	const signingKey = await webcrypto.subtle.importKey('pkcs8', keyBytes as ArrayBuffer, algorithm, false, ['sign']);
	return {
		rootPem,
		issueForHost: async (host, validForMs) => {
			const keys = await createKeys();
			const span = leafLifetime(clock, validForMs);
			const extensions: Extension[] = [
				new BasicConstraintsExtension(false, undefined, true),
				new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
				new ExtendedKeyUsageExtension([extendedKeyUsage.serverAuth]),
				// Critical, since the subject is empty (RFC 5280, 4.2.1.6).
				new SubjectAlternativeNameExtension(
					namesOf(host).map(value => ({type: 'dns', value})),
					true,
				),
				await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto as Crypto),
				await AuthorityKeyIdentifierExtension.create(root, false, webcrypto as Crypto),
			];
			const leaf = await X509CertificateGenerator.create(
				{
					serialNumber: serialNumber(),
					issuer: root.subject,
					...named(span),
					publicKey: keys.publicKey,
					signingKey: signingKey as CryptoKey,
					signingAlgorithm: algorithm,
					extensions,
				},
				webcrypto as Crypto,
			);
			return {
				certPem: leaf.toString('pem'),
				keyPem: await keyPem(keys),
				notBefore: span.notBeforeDate.getTime(),
				notAfter: span.notAfterDate.getTime(),
			};
		},
	};
};

const namesOf = (host: string): readonly string[] => (host === '*' ? ['localhost', '*.localhost'] : [host]);

const named = ({notBeforeDate, notAfterDate}: Lifetime) => ({notBefore: notBeforeDate, notAfter: notAfterDate});

const createKeys = async (): Promise<webcrypto.CryptoKeyPair> =>
	(await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;

const keyPem = async ({privateKey}: webcrypto.CryptoKeyPair): Promise<string> =>
	PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');

// Positive, as RFC 5280 (4.1.2.2) wants it: the first bit is 0, and the first byte is not.
const serialNumber = (): string => {
	const bytes = webcrypto.getRandomValues(new Uint8Array(16));
	bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
	return Buffer.from(bytes).toString('hex');
};
