// Other readers of HTTP/1.1, each in front of something that tells what it was asked.
import {once} from 'node:events';
import {createServer as createHttpServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {type Seen, startRecorder} from './recorder.ts';
import {startHaproxy, startNginx} from './start-proxy.ts';

export interface Peer {
	readonly name: string;
	readonly port: number;
	/** What it took on the connection from a port; absent where its replies tell. */
	readonly seenFrom?: (clientPort: number) => readonly Seen[];
	readonly stop: () => Promise<void>;
}

/** The most that is waited for one of them to close a connection, in milliseconds; one that waits for more bytes has not refused. */
export const patienceMs = 150;

/** Starts node:http, nginx and HAProxy, as they are by default. */
export const startPeers = async (): Promise<readonly Peer[]> => {
	const recorder = await startRecorder();
	const [node, nginx, haproxy] = await Promise.all([
		startNodePeer(),
		startNginx(recorder.port),
		startHaproxy(recorder.port),
	]);
	const stopHaproxy = async () => {
		await haproxy.stop();
		await recorder.stop();
	};
	return [node, nginx, {...haproxy, stop: stopHaproxy}];
};

const startNodePeer = async (): Promise<Peer> => {
	const server = createHttpServer();
	// A refusal drops replies that were not sent yet, so replies cannot tell what was taken.
	const taken = new Map<number | undefined, (() => Seen | undefined)[]>();
	server.on('connection', socket => taken.set(socket.remotePort, []));
	for (const event of ['request', 'checkExpectation', 'checkContinue']) {
		server.on(event, (request: IncomingMessage, response: ServerResponse) => {
			let body: string | undefined;
			const {method = '', url: target = ''} = request;
			taken.get(request.socket.remotePort)?.push(() => (request.complete ? {method, target, body} : undefined));
			let text = '';
			request.setEncoding('latin1');
			request.on('error', () => {});
			request.on('data', (chunk: string) => {
				text += chunk;
			});
			request.on('end', () => {
				body = text;
				response.end();
			});
		});
	}

	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		name: 'node:http',
		port: (server.address() as AddressInfo).port,
		seenFrom: clientPort => (taken.get(clientPort) ?? []).flatMap(see => see() ?? []),
		stop: async () => {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
};
