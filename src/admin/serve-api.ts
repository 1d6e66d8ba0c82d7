// Puts the API on a socket of loopback.
import {createServer} from 'node:http';
import {getRequestListener} from '@hono/node-server';
import type {Hono} from 'hono';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {ApiEnvironment} from './create-api.ts';

export interface ServedApi {
	/** `http://127.0.0.1:<port>`. */
	readonly url: string;
	/** Ends its streams, lets replies under way end for up to half a second, and closes. */
	readonly stop: () => Promise<void>;
}

const drain = ms(500);

/** Listens on a free port; the app is made for that port, and hears by the signal that the API ends. */
export const serveApi = async (
	create: (port: number, ending: AbortSignal) => Hono<ApiEnvironment>,
	clock: Clock,
): Promise<ServedApi> => {
	const ending = new AbortController();
	const server = createServer();
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => resolve());
	});
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	server.on('request', getRequestListener(create(port, ending.signal).fetch));
	return {
		url: `http://127.0.0.1:${port}`,
		stop: async () => {
			ending.abort();
			const cancel = clock.after(drain, () => server.closeAllConnections());
			await new Promise<void>(resolve => {
				server.close(() => resolve());
				server.closeIdleConnections();
			});
			cancel();
		},
	};
};
