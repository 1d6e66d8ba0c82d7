// The control plane's end of its one connection to a proxy process.
import {connect} from 'node:tls';
import {createJsonLines, jsonLine} from '../common/json-lines.ts';
import type {Certificate} from '../model/certificate.ts';
import type {FromProxy, ToProxy} from '../model/control-message.ts';
import {meshClientOptions} from '../pki/mesh-tls.ts';
import {checkPeer} from '../pki/peer-identity.ts';

export interface ProxyLink {
	readonly send: (message: ToProxy) => void;
	/** Resolves when the connection is gone, however it went. */
	readonly closed: Promise<void>;
	readonly close: () => void;
}

export interface ProxyLinkParts {
	/** On 127.0.0.1. */
	readonly port: number;
	readonly certificate: Certificate;
	readonly trustedRoots: readonly string[];
	/** Ends the dialling; a link that stands is not concerned. */
	readonly signal?: AbortSignal;
	/** By which a bridge finds the way to the proxy process; absent: it listens at the port itself. */
	readonly serverName?: string;
	/** The SPIFFE id that the proxy process must prove. */
	readonly proxy: string;
	/** The link is at hand from the first message on, so that it can be answered at once. */
	readonly onMessage: (message: FromProxy, link: ProxyLink) => void;
}

/** Dials a proxy process; the link stands when it has greeted. Rejects when it is not there or not ours. */
export const connectProxy = ({
	port,
	certificate,
	trustedRoots,
	proxy,
	serverName,
	signal,
	onMessage,
}: ProxyLinkParts): Promise<ProxyLink> =>
	new Promise((resolve, reject) => {
		const socket = connect({
			...meshClientOptions(certificate, trustedRoots),
			host: '127.0.0.1',
			port,
			...(serverName !== undefined && {servername: serverName}),
			checkServerIdentity: checkPeer(proxy),
		});
		const closed = new Promise<void>(resolveClosed => socket.once('close', () => resolveClosed()));
		const onAbort = () => socket.destroy();
		signal?.addEventListener('abort', onAbort, {once: true});
		void closed.then(() => signal?.removeEventListener('abort', onAbort));
		let link: ProxyLink | undefined;
		const takePiece = createJsonLines(value => {
			// TLS 1.3 lets a client send before it was accepted: the link stands once the proxy process has greeted.
			if (!link) {
				link = {
					send: message => {
						if (socket.writable) {
							socket.write(jsonLine(message));
						}
					},
					closed,
					close: () => socket.destroy(),
				};
				signal?.removeEventListener('abort', onAbort);
				resolve(link);
			}

			onMessage(value as FromProxy, link);
		});
		socket.setNoDelay();
		socket.setEncoding('utf8');
		socket.on('data', (piece: string) => {
			try {
				takePiece(piece);
			} catch (error) {
				socket.destroy(error as Error);
			}
		});
		socket.on('error', reject);
		socket.on('close', () => reject(new Error('the proxy process closed the connection')));
	});
