// Puts the API on a socket of loopback, with the pages of the tools beside it.
import {createServer, type Server} from 'node:http';
import {getRequestListener} from '@hono/node-server';
import type {Hono} from 'hono';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {ApiEnvironment} from './create-api.ts';
import {createToolPages, type ToolPagesParts} from './tool-pages.ts';

export interface ServedApi {
	/** `http://127.0.0.1:<port>`. */
	readonly url: string;
	/** Ends its streams, lets replies under way end for up to half a second, and closes. */
	readonly stop: () => Promise<void>;
}

export interface ApiServerParts {
	/** 0 for any that is free. */
	readonly port: number;
	/** The app is made for the port at which it is served, and hears by the signal that the API ends. */
	readonly create: (port: number, ending: AbortSignal) => Hono<ApiEnvironment>;
	readonly pagesOf: ToolPagesParts['pagesOf'];
	readonly clock: Clock;
}

const drain = ms(500);

/** Listens on 127.0.0.1. Rejects with EADDRINUSE when somebody else has the port. */
export const serveApi = async ({port: wanted, create, pagesOf, clock}: ApiServerParts): Promise<ServedApi> => {
	const ending = new AbortController();
	const server = createServer();
	const port = await listen(server, wanted);
	const pages = createToolPages({port, pagesOf});
	const api = getRequestListener(create(port, ending.signal).fetch);
	server.on('request', (request, response) => {
		if (!pages.take(request, response)) {
			void api(request, response);
		}
	});
	server.on('upgrade', (request, socket, head) => {
		if (!pages.upgrade(request, socket, head)) {
			socket.destroy();
		}
	});
	return {
		url: `http://127.0.0.1:${port}`,
		stop: async () => {
			ending.abort();
			pages.close();
			const cancel = clock.after(drain, () => server.closeAllConnections());
			await new Promise<void>(resolve => {
				server.close(() => resolve());
				server.closeIdleConnections();
			});
			cancel();
		},
	};
};

const listen = async (server: Server, port: number): Promise<number> => {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => resolve());
	});
	const address = server.address();
	return typeof address === 'object' && address ? address.port : 0;
};
