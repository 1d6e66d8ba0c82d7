// Takes spans as a receiver of OTLP does, and forgets them.
import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {Scope} from '../scope.ts';

export interface SpanSink {
	readonly url: string;
	/** Of all that came. */
	readonly bytes: () => number;
}

/** Starts a sink within this program. */
export const startSpanSink = async (scope: Scope): Promise<SpanSink> => {
	let bytes = 0;
	const server = createServer((request, response) => {
		request.on('data', (chunk: Buffer) => {
			bytes += chunk.length;
		});
		request.on('end', () => response.end());
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	scope.teardown(() => {
		server.close();
		server.closeAllConnections();
	});
	return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bytes: () => bytes};
};
