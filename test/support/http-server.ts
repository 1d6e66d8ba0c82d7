// A real HTTP server that answers as a test says and remembers what it was asked.
import {once} from 'node:events';
import http from 'node:http';
import type {AddressInfo} from 'node:net';
import type {ExecutionContext} from 'ava';

export interface HttpServer {
	readonly url: string;
	/** The head of each request so far. */
	readonly requests: readonly {readonly path: string; readonly headers: http.IncomingHttpHeaders}[];
}

/** Starts a server on a free port; it ends with the test. */
export const startHttpServer = async (
	t: ExecutionContext,
	answer: (request: http.IncomingMessage, response: http.ServerResponse) => void,
): Promise<HttpServer> => {
	const requests: HttpServer['requests'][number][] = [];
	const server = http.createServer((request, response) => {
		requests.push({path: request.url ?? '', headers: request.headers});
		answer(request, response);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests};
};
