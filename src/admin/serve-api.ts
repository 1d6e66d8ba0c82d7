// Puts the API on a socket of loopback.
import {createServer} from 'node:http';
import {getRequestListener} from '@hono/node-server';
import type {Hono} from 'hono';

export interface ServedApi {
	/** `http://127.0.0.1:<port>`. */
	readonly url: string;
	/** Lets replies under way end, for a moment, and closes. */
	readonly stop: () => Promise<void>;
}

/** Listens on a free port; the app is made for that port. */
export const serveApi = async (create: (port: number) => Hono): Promise<ServedApi> => {
	const server = createServer();
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => resolve());
	});
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	server.on('request', getRequestListener(create(port).fetch));
	return {
		url: `http://127.0.0.1:${port}`,
		stop: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				// Event streams never end by themselves.
				server.closeAllConnections();
			}),
	};
};
