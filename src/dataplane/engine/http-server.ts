// Reads HTTP/1.1 from connections that are given to it. Only this folder knows `node:http` and undici.
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {Duplex} from 'node:stream';
import type {Clock} from '../../common/clock.ts';
import type {Milliseconds} from '../../common/units.ts';
import {headerValue} from '../../http/headers.ts';
import {upgradeOf} from '../../http/hop-by-hop.ts';
import {RequestFailure} from '../../http/request-failure.ts';
import {type RequestHead, splitTarget} from '../../http/request-head.ts';
import {findDefect} from './find-defect.ts';
import {incomingBody} from './incoming-body.ts';
import type {ConnectionInfo, IncomingRequest, RequestHandler} from './incoming-request.ts';
import {refusalOf} from './refusal.ts';
import {writeReply} from './write-reply.ts';
import {writeTunnel} from './write-tunnel.ts';

export interface HttpLimits {
	/** For the whole head of a request, in milliseconds. */
	readonly headTimeoutMs: Milliseconds;
	/** Between two pieces of a request's body, in milliseconds. */
	readonly bodyTimeoutMs: Milliseconds;
	/** How long a connection may wait for its next request, in milliseconds. */
	readonly idleTimeoutMs: Milliseconds;
	/** Of a head, in bytes. */
	readonly headBytes: number;
	/** Of a head, in fields. */
	readonly headFields: number;
}

export interface HttpServer {
	/** Takes a connection over, with the bytes that were read from it already. */
	readonly accept: (socket: Duplex, connection: ConnectionInfo, first?: Buffer) => void;
	/** Closes connections as they come to rest; after the time, in milliseconds, whatever is left is broken off. */
	readonly close: (drainMs: Milliseconds) => Promise<void>;
}

export interface HttpServerParts {
	readonly limits: HttpLimits;
	readonly clock: Clock;
	readonly handle: RequestHandler;
	/** Told of bytes that are no request. */
	readonly onRefused: (connection: ConnectionInfo, status: number, reason: string) => void;
}

/** Creates a server without a listener of its own. */
export const createHttpServer = ({limits, clock, handle, onRefused}: HttpServerParts): HttpServer => {
	const connections = new Map<Duplex, ConnectionInfo>();
	const server = createServer({
		maxHeaderSize: limits.headBytes,
		headersTimeout: limits.headTimeoutMs,
		// The whole of an upload may take as long as it likes; its pieces may not.
		requestTimeout: 0,
		keepAliveTimeout: limits.idleTimeoutMs,
		connectionsCheckingInterval: Math.max(50, limits.headTimeoutMs / 4),
		// Looked at by `findDefect`, which says so in a sentence.
		requireHostHeader: false,
		insecureHTTPParser: false,
		noDelay: true,
	});
	server.maxHeadersCount = 0;
	// Without a listener of its own, a server watches over no timeouts until it hears this.
	server.emit('listening');
	let isClosing = false;

	const infoOf = (socket: Duplex): ConnectionInfo =>
		connections.get(socket) ?? {remote: 'unknown', isSecure: false, peer: undefined};

	const read = (
		message: IncomingMessage,
	): {readonly request: IncomingRequest; readonly abort: (reason: Error) => void} => {
		const connection = infoOf(message.socket);
		const controller = new AbortController();
		const abort = (reason: Error) => controller.abort(reason);
		const headers = message.rawHeaders;
		const target = message.url ?? '/';
		const raw = {httpVersion: message.httpVersion, method: message.method ?? 'GET', target, headers};
		const head: RequestHead = {
			method: raw.method,
			scheme: connection.isSecure ? 'https' : 'http',
			authority: headerValue(headers, 'host') ?? '',
			...splitTarget(originForm(target)),
			headers,
		};
		const defect =
			headers.length / 2 > limits.headFields ? `more than ${limits.headFields} header fields` : findDefect(raw);
		const body = incomingBody(message, {clock, idleMs: limits.bodyTimeoutMs, onSlow: abort});
		return {request: {head, body, startedAt: clock.now(), signal: controller.signal, connection, defect}, abort};
	};

	server.on('request', (message: IncomingMessage, response: ServerResponse) => {
		const {request, abort} = read(message);
		response.once('close', () => {
			if (!response.writableFinished) {
				abort(clientGone());
			}
		});
		void handle(request).then(({reply, onEnd}) => {
			if (isClosing || request.defect !== undefined) {
				response.shouldKeepAlive = false;
			}

			writeReply(reply, message, response, onEnd);
		});
	});

	server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
		const {request, abort} = read(message);
		socket.once('close', () => abort(clientGone()));
		socket.on('error', () => abort(clientGone()));
		if (head.length > 0) {
			socket.unshift(head);
		}

		void handle(request).then(answer => writeTunnel(answer, upgradeOf(message.rawHeaders), socket));
	});

	server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
		const {status, reason} = refusalOf(error);
		if (status > 0) {
			onRefused(infoOf(socket), status, reason);
		}

		if (status > 0 && socket.writable) {
			const text = `devmesh: ${reason}\n`;
			socket.end(
				`HTTP/1.1 ${status} \r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
			);
		} else {
			socket.destroy();
		}
	});

	return {
		accept: (socket, connection, first) => {
			connections.set(socket, connection);
			socket.once('close', () => connections.delete(socket));
			// Node: http, "Event: 'connection'" may be emitted to inject connections.
			server.emit('connection', socket);
			if (first) {
				// The server reads below the stream from here on, so what is put back into the stream would never be seen.
				socket.emit('data', first);
			}
		},
		close: async drainMs => {
			isClosing = true;
			server.close(() => {});
			server.closeIdleConnections();
			const rest = [...connections.keys()].map(
				socket => new Promise<void>(resolve => (socket.destroyed ? resolve() : socket.once('close', () => resolve()))),
			);
			const cancel = clock.after(drainMs, () => {
				for (const socket of connections.keys()) {
					socket.destroy();
				}
			});
			await Promise.all(rest);
			cancel();
		},
	};
};

const clientGone = (): RequestFailure => new RequestFailure('client-gone', 'the client left');

/** Of an address, the part behind the authority. */
const originForm = (target: string): string => {
	const found = /^https?:\/\/[^/?#]+(.*)$/i.exec(target)?.[1];
	return found === undefined ? target : found.startsWith('/') ? found : `/${found}`;
};
