// Requests one after the other on one connection that stays open.
import http from 'node:http';
import type {Scope} from '../scope.ts';

export interface OneConnection {
	/** Sends one request; gives the text of the reply. Throws when it fails or is no 200. */
	readonly ask: () => Promise<string>;
	/** How many connections it took so far. */
	readonly connections: () => number;
}

/** Opens nothing yet; the connection ends with the scope. */
export const createOneConnection = (scope: Scope, url: string): OneConnection => {
	const agent = new http.Agent({keepAlive: true, maxSockets: 1});
	scope.teardown(() => agent.destroy());
	let connections = 0;
	const ask = (): Promise<string> =>
		new Promise((resolve, reject) => {
			const request = http.get(url, {agent, signal: scope.signal}, response => {
				let text = '';
				response.setEncoding('utf8');
				response.on('data', (chunk: string) => {
					text += chunk;
				});
				response.on('end', () =>
					response.statusCode === 200 ? resolve(text) : reject(new Error(`status ${response.statusCode}: ${text}`)),
				);
				response.on('error', reject);
			});
			request.once('socket', () => {
				connections += request.reusedSocket ? 0 : 1;
			});
			request.once('error', reject);
		});
	return {ask, connections: () => connections};
};
