// Listens for connections that are passed on as they are.
import {createServer, type Socket} from 'node:net';
import {keepAlive} from '../common/keep-alive.ts';

export interface PlainListener {
	/** Breaks off every connection. */
	readonly close: () => void;
}

/** Starts to listen at every IPv4 address. Sockets are half-open and not read yet. Rejects when the port is taken. */
export const openPlainListener = (port: number, onConnection: (socket: Socket) => void): Promise<PlainListener> => {
	const connections = new Set<Socket>();
	const server = createServer({allowHalfOpen: true, noDelay: true, ...keepAlive}, socket => {
		connections.add(socket);
		socket.once('close', () => connections.delete(socket));
		socket.on('error', () => socket.destroy());
		onConnection(socket);
	});
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '0.0.0.0', () => {
			// Such as a lack of descriptors for a moment.
			server.off('error', reject).on('error', () => {});
			resolve({
				close: () => {
					server.close();
					for (const socket of connections) {
						socket.destroy();
					}
				},
			});
		});
	});
};
