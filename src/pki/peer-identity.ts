// Who stands at the other end of a TLS connection, by the SPIFFE id in its certificate.
import type {PeerCertificate, TLSSocket} from 'node:tls';
import {parseSpiffeId, type SpiffeId} from './spiffe-id.ts';

export interface PeerIdentity extends SpiffeId {
	readonly spiffeId: string;
}

/** Gives the identity of a peer whose certificate was verified; undefined without one, or without exactly one SPIFFE id in it. Costs 50 µs: ask once a connection. */
export const peerIdentity = (socket: TLSSocket): PeerIdentity | undefined =>
	socket.authorized ? identityOf(socket.getPeerCertificate()) : undefined;

/** For `checkServerIdentity`: the server must prove this SPIFFE id, whatever its address. */
export const checkPeer =
	(expected: string) =>
	(_host: string, certificate: PeerCertificate): Error | undefined => {
		const found = identityOf(certificate)?.spiffeId;
		return found === expected ? undefined : new Error(`the peer is ${found ?? 'nobody of this mesh'}, not ${expected}`);
	};

const identityOf = ({subjectaltname}: PeerCertificate): PeerIdentity | undefined => {
	const [uri, ...others] = (subjectaltname ?? '').split(', ');
	if (!uri?.startsWith('URI:') || others.length > 0) {
		return undefined;
	}

	const id = uri.slice('URI:'.length);
	const parts = parseSpiffeId(id);
	return parts && {...parts, spiffeId: id};
};
