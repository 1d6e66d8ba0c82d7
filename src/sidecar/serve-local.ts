// What a container sends to a local process, on its last stretch.
import {connect, type Socket} from 'node:net';
import {createServer, type TLSSocket} from 'node:tls';
import type {Certificate} from '../model/certificate.ts';
import {meshServerOptions} from '../pki/mesh-tls.ts';

export interface LocalAddress {
	/** On 127.0.0.1. */
	readonly port: number;
	/** The app has no sidecar that would speak TLS: this is shown to the container in its place. */
	readonly shown?: Certificate;
}

/** A connection to the bridge that a container uses. */
export interface Dialled {
	readonly connection: TLSSocket;
	/** What carries it. */
	readonly carrier: Socket;
}

const handshakeLimit = 5000;

/** Passes the connection on until it ends; breaks it off when it leads nowhere. */
export const serveLocal = (
	dialled: Dialled,
	address: LocalAddress | undefined,
	trustedRoots: readonly string[],
): void => {
	const {connection, carrier} = dialled;
	if (!address) {
		connection.destroy();
		return;
	}

	const local = connect({host: '127.0.0.1', port: address.port, allowHalfOpen: true, noDelay: true});
	const {shown} = address;
	if (!shown) {
		join(dialled, local);
		return;
	}

	// The handshake waits for the app: who calls one that is not there is told before anything is sent.
	const giveUp = (): void => {
		local.destroy();
	};

	connection.once('close', giveUp);
	local.once('error', () => carrier.resetAndDestroy());
	local.once('connect', () => {
		endTls(connection, shown, trustedRoots, inner => {
			connection.off('close', giveUp);
			join({connection: inner, carrier}, local);
		});
	});
};

/** Only who belongs to the mesh gets through. */
const endTls = (
	connection: TLSSocket,
	certificate: Certificate,
	trustedRoots: readonly string[],
	onSecure: (inner: TLSSocket) => void,
): void => {
	const options = {
		...meshServerOptions(certificate, trustedRoots),
		allowHalfOpen: true,
		handshakeTimeout: handshakeLimit,
	};
	createServer(options, onSecure)
		.on('tlsClientError', () => connection.destroy())
		.emit('connection', connection);
};

/** Passes bytes with back-pressure, an end as an end, and a break as a break: nobody may take half an answer for a whole one. */
const join = ({connection, carrier}: Dialled, local: Socket): void => {
	connection.once('error', () => local.resetAndDestroy());
	local.once('error', () => carrier.resetAndDestroy());
	for (const [one, other] of [
		[connection, local],
		[local, connection],
	] as const) {
		one.pipe(other);
		one.once('close', () => {
			if (!one.readableEnded || !other.readableEnded) {
				other.destroy();
			}
		});
	}
};
