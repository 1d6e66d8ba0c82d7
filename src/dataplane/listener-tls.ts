// The TLS side of a listener: what it shows, whom it lets in, and how it learns of new certificates.
import {createSecureContext, createServer, type SecureContext, type Server, type TLSSocket} from 'node:tls';
import type {Milliseconds} from '../common/units.ts';
import type {GatewayListener, InboundListener, Snapshot} from '../model/snapshot.ts';
import {meshServerOptions} from '../pki/mesh-tls.ts';
import {hostFit} from '../routing/host-match.ts';

export interface ListenerTls {
	/** Begins the handshake on a connection. */
	readonly accept: (socket: import('node:net').Socket) => void;
	/** Shows the certificates of a newer snapshot from the next handshake on; open connections go on. */
	readonly update: (snapshot: Snapshot, listener: InboundListener | GatewayListener) => void;
}

export interface ListenerTlsParts {
	/** For the whole handshake, in milliseconds. */
	readonly handshakeTimeoutMs: Milliseconds;
	readonly onSecure: (socket: TLSSocket) => void;
	readonly onRefused: (reason: string, remote: string) => void;
}

/** Creates the TLS side of an inbound listener: 1.3, with a certificate of the mesh on both sides. */
export const createInboundTls = (snapshot: Snapshot, parts: ListenerTlsParts): ListenerTls => {
	const optionsOf = ({certificate, trustedRoots}: Snapshot) => ({
		...meshServerOptions(certificate, trustedRoots),
		allowHalfOpen: true,
	});
	const server = watch(createServer({...optionsOf(snapshot), handshakeTimeout: parts.handshakeTimeoutMs}), parts);
	return {
		accept: socket => server.emit('connection', socket),
		update: newer => server.setSecureContext(optionsOf(newer)),
	};
};

/** Creates the TLS side of a gateway listener: a certificate for each host, by SNI. */
export const createGatewayTls = (listener: GatewayListener, parts: ListenerTlsParts): ListenerTls => {
	let hosts = contextsOf(listener);
	const server = watch(
		createServer({
			minVersion: 'TLSv1.2',
			handshakeTimeout: parts.handshakeTimeoutMs,
			ALPNProtocols: ['http/1.1'],
			SNICallback: (name, done) => {
				const [best] = hosts
					.map(entry => ({...entry, fit: hostFit(entry.host, name.toLowerCase())}))
					.sort((one, two) => two.fit - one.fit);
				if (best && best.fit > 0) {
					done(null, best.context);
				} else {
					done(new Error(`no certificate for ${name}`));
				}
			},
			...firstCertificate(listener),
		}),
		parts,
	);
	return {
		accept: socket => server.emit('connection', socket),
		update: (_snapshot, newer) => {
			if (newer.kind === 'gateway') {
				hosts = contextsOf(newer);
				server.setSecureContext({minVersion: 'TLSv1.2', ...firstCertificate(newer)});
			}
		},
	};
};

const watch = (server: Server, {onSecure, onRefused}: ListenerTlsParts): Server => {
	server.on('secureConnection', onSecure);
	server.on('tlsClientError', (error, socket) => {
		onRefused(error.message, remoteOf(socket));
		socket.destroy();
	});
	return server;
};

/** For clients that name no host, such as those that dial an address. */
const firstCertificate = ({certificates}: GatewayListener): {cert?: string; key?: string} => {
	const first = certificates?.[0]?.certificate;
	return first ? {cert: first.certPem, key: first.keyPem} : {};
};

const contextsOf = ({
	certificates = [],
}: GatewayListener): readonly {readonly host: string; readonly context: SecureContext}[] =>
	certificates.map(({host, certificate}) => ({
		host,
		context: createSecureContext({cert: certificate.certPem, key: certificate.keyPem, minVersion: 'TLSv1.2'}),
	}));

/** Gives address and port of the other end. */
export const remoteOf = ({
	remoteAddress,
	remotePort,
}: {
	readonly remoteAddress?: string | undefined;
	readonly remotePort?: number | undefined;
}): string => `${remoteAddress ?? 'unknown'}:${remotePort ?? 0}`;
