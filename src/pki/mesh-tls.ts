// The TLS settings of every connection between parts of a mesh: 1.3 only, both sides show a certificate of the mesh.
import type {SecureContextOptions, TlsOptions} from 'node:tls';
import type {Issued} from './issued.ts';

/** What is spoken within a connection between two sidecars; a caller that offers neither is looked at. Source: RFC 7301. */
export const alpn = {http: 'http/1.1', tunnel: 'devmesh-tcp'} as const;

type Shown = Pick<Issued, 'certPem' | 'keyPem'>;

/** For a listener; `setSecureContext` takes it, too. */
export const meshServerOptions = (certificate: Shown, trustedRoots: readonly string[]): TlsOptions => ({
	...contextOptions(certificate, trustedRoots),
	ALPNProtocols: [alpn.tunnel, alpn.http],
	requestCert: true,
	rejectUnauthorized: true,
});

/** For a connection; who the server must be is up to `checkPeer`. */
export const meshClientOptions = (
	certificate: Shown,
	trustedRoots: readonly string[],
): SecureContextOptions & {readonly rejectUnauthorized: true} => ({
	...contextOptions(certificate, trustedRoots),
	rejectUnauthorized: true,
});

// `setSecureContext` forgets the versions unless they are said again.
const contextOptions = ({certPem, keyPem}: Shown, trustedRoots: readonly string[]): SecureContextOptions => ({
	cert: certPem,
	key: keyPem,
	ca: [...trustedRoots],
	minVersion: 'TLSv1.3',
	maxVersion: 'TLSv1.3',
});
