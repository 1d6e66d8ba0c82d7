// Opens connections to endpoints.
import {connect as connectTcp, isIP, isIPv4, type Socket} from 'node:net';
import {connect as connectTls} from 'node:tls';
import type {Clock} from '../../common/clock.ts';
import {keepAlive} from '../../common/keep-alive.ts';
import type {Milliseconds} from '../../common/units.ts';
import {RequestFailure} from '../../http/request-failure.ts';
import type {Certificate} from '../../model/certificate.ts';
import {alpn, meshClientOptions} from '../../pki/mesh-tls.ts';
import {checkPeer} from '../../pki/peer-identity.ts';
import type {UpstreamTarget} from './upstream-target.ts';

/** What a sidecar shows when it calls others; asked for at every new connection, so that a renewed one takes effect. */
export interface Credentials {
	readonly certificate: Certificate;
	readonly trustedRoots: readonly string[];
}

export interface DialTools {
	readonly clock: Clock;
	readonly credentials: () => Credentials;
	/** For connection and handshake together, in milliseconds. */
	readonly connectTimeoutMs: Milliseconds;
}

/** Connects, with the handshake that the transport asks for, and says to a sidecar what will be spoken. Rejects with `connect-failure`. */
export const dial = (
	target: UpstreamTarget,
	spoken: keyof typeof alpn,
	{clock, credentials, connectTimeoutMs}: DialTools,
): Promise<Socket> =>
	new Promise((resolve, reject) => {
		const socket = open(target, spoken, credentials());
		const fail = (error: Error): void => {
			cancel();
			socket.destroy();
			reject(new RequestFailure('connect-failure', `${target.address}:${target.port} ${inWords(error)}`, error));
		};

		const cancel = clock.after(connectTimeoutMs, () => fail(new Error('did not answer in time')));
		socket.once('error', fail);
		socket.once(target.transport.kind === 'plain' ? 'connect' : 'secureConnect', () => {
			cancel();
			socket.off('error', fail);
			socket.setNoDelay();
			resolve(socket);
		});
	});

const open = (
	{address, port, transport, from}: UpstreamTarget,
	spoken: keyof typeof alpn,
	{certificate, trustedRoots}: Credentials,
): Socket => {
	// Half-open, since a raw connection may end in one direction first; TLS takes it over from the socket below.
	const socket = connectTcp({
		host: address,
		port,
		allowHalfOpen: true,
		// A reply may take as long as it likes, but nobody waits for one that can never come.
		...keepAlive,
		...(from !== undefined && isIPv4(address) && {localAddress: from}),
	});
	switch (transport.kind) {
		case 'plain':
			return socket;
		case 'mtls':
			return connectTls({
				...meshClientOptions(certificate, trustedRoots),
				ALPNProtocols: [alpn[spoken]],
				socket,
				checkServerIdentity: checkPeer(transport.spiffeId),
				...(transport.serverName !== undefined && {servername: transport.serverName}),
			});
		case 'tls':
			return connectTls({
				socket,
				ALPNProtocols: ['http/1.1'],
				// A name by RFC 6066 is never an address.
				...(isIP(transport.serverName) === 0 && {servername: transport.serverName}),
			});
	}
};

const inWords = (error: NodeJS.ErrnoException): string => {
	switch (error.code) {
		case 'ECONNREFUSED':
			return 'refused the connection';
		case 'ECONNRESET':
			return 'broke the connection off';
		case 'ENOTFOUND':
			return 'has no address';
		case undefined:
			return error.message;
		default:
			return `could not be reached (${error.code})`;
	}
};
