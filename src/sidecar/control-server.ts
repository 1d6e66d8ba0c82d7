// Where a proxy process listens for its control plane: mTLS, one connection that counts, the newest.
import {createServer, type TLSSocket} from 'node:tls';
import {createJsonLines, jsonLine} from '../common/json-lines.ts';
import type {Log} from '../common/log.ts';
import type {Certificate} from '../model/certificate.ts';
import type {FromProxy, ToProxy} from '../model/control-message.ts';
import type {ProxyBootstrap} from '../model/proxy-bootstrap.ts';
import {meshServerOptions} from '../pki/mesh-tls.ts';
import {peerIdentity} from '../pki/peer-identity.ts';

export interface ControlServer {
	/** Sends to the control plane. False when none is connected. */
	readonly send: (message: FromProxy) => boolean;
	/** Shows another certificate from the next connection on. */
	readonly replaceCertificate: (certificate: Certificate, trustedRoots: readonly string[]) => void;
	readonly close: () => void;
}

export interface ControlServerParts {
	readonly bootstrap: ProxyBootstrap;
	readonly log: Log;
	/** Greets a control plane that has connected; what it sends before is lost to others. */
	readonly onConnect: (send: (message: FromProxy) => void) => void;
	readonly onMessage: (message: ToProxy) => void;
}

/** Starts to listen. Rejects when the port is taken. */
export const createControlServer = ({
	bootstrap,
	log,
	onConnect,
	onMessage,
}: ControlServerParts): Promise<ControlServer> => {
	let current: TLSSocket | undefined;
	const sendTo = (socket: TLSSocket | undefined, message: FromProxy): boolean => {
		if (!socket?.writable) {
			return false;
		}

		socket.write(jsonLine(message));
		return true;
	};

	const server = createServer(meshServerOptions(bootstrap.certificate, bootstrap.trustedRoots), socket => {
		socket.on('error', error => log.write('warn', 'the control connection broke', {error: error.message}));
		const caller = peerIdentity(socket)?.spiffeId;
		if (caller !== bootstrap.controlPlane) {
			log.write('warn', 'refused a control connection', {caller});
			socket.destroy();
			return;
		}

		current?.destroy();
		current = socket;
		socket.setNoDelay();
		socket.setEncoding('utf8');
		const takePiece = createJsonLines(value => onMessage(value as ToProxy));
		socket.on('data', (piece: string) => {
			try {
				takePiece(piece);
			} catch (error) {
				socket.destroy(error as Error);
			}
		});
		socket.on('close', () => {
			if (current === socket) {
				current = undefined;
			}
		});
		onConnect(message => sendTo(socket, message));
	});
	// Failed handshakes: somebody who is not the control plane.
	server.on('tlsClientError', error => log.write('warn', 'refused a control connection', {error: error.message}));
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(bootstrap.port, bootstrap.address ?? '127.0.0.1', () => {
			server.off('error', reject);
			resolve({
				send: message => sendTo(current, message),
				replaceCertificate: (certificate, trustedRoots) =>
					server.setSecureContext(meshServerOptions(certificate, trustedRoots)),
				close: () => {
					current?.destroy();
					server.close();
				},
			});
		});
	});
};
