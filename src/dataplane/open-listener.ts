// A socket that listens. What is done with a connection is asked for when it comes, a request when it comes: rules change, the socket stays.
import {createServer, type Socket} from 'node:net';
import type {TLSSocket} from 'node:tls';
import type {Clock} from '../common/clock.ts';
import {keepAlive} from '../common/keep-alive.ts';
import type {Log} from '../common/log.ts';
import type {Milliseconds} from '../common/units.ts';
import type {Identity} from '../http/exchange.ts';
import type {Protocol} from '../model/mesh-config.ts';
import {isRaw} from '../model/raw-protocol.ts';
import type {Listener} from '../model/snapshot.ts';
import {alpn} from '../pki/mesh-tls.ts';
import {peerIdentity} from '../pki/peer-identity.ts';
import {awaitHello, serverNameIn} from './await-hello.ts';
import {protocolOf} from './compile-snapshot.ts';
import {type Detected, detectProtocol, isHttp} from './detect-protocol.ts';
import {createHttpServer, type HttpLimits} from './engine/http-server.ts';
import type {ConnectionInfo} from './engine/incoming-request.ts';
import {handleConnection} from './handle-connection.ts';
import {type CompiledListener, handleRequest, type RequestTools} from './handle-request.ts';
import {createGatewayTls, createInboundTls, type ListenerTls, remoteOf} from './listener-tls.ts';
import {SnapshotRefused} from './snapshot-refused.ts';

export interface OpenListener {
	/** A newer snapshot is in force: shows its certificates. */
	readonly update: () => void;
	/** Stops to listen, and lets what is under way end within the time. */
	readonly close: (drainMs: Milliseconds) => Promise<void>;
}

export interface ListenerTools extends RequestTools {
	readonly clock: Clock;
	readonly log: Log;
	readonly limits: HttpLimits;
	/** The listener as the snapshot in force has it; undefined once it is gone. */
	readonly current: () => CompiledListener | undefined;
}

/** Opens the socket. Rejects with SnapshotRefused when it cannot be had. */
export const openListener = async (first: CompiledListener, tools: ListenerTools): Promise<OpenListener> => {
	const {clock, log, current, limits} = tools;
	const connections = new Set<Socket>();
	const httpServer = createHttpServer({
		limits,
		clock,
		handle: request => handleRequest(request, current() ?? first, tools),
		onRefused: ({remote}, status, reason) => log.write('info', 'refused a request', {remote, status, reason}),
	});

	const serve = (
		socket: Socket,
		compiled: CompiledListener,
		peer: Identity | undefined,
		isSecure: boolean,
		first?: Buffer,
	): void => {
		const connection: ConnectionInfo = {remote: remoteOf(socket), isSecure, peer};
		const protocol = spokenOn(socket, compiled);
		if (protocol === 'tls' && !first) {
			awaitHello(socket, clock, hello => serveAs({protocol: 'tcp', first: hello}, socket, connection, compiled));
		} else if (protocol === 'auto') {
			const take = (detected: Detected): void => serveAs(detected, socket, connection, compiled);
			if (first) {
				take({protocol: isHttp(first) ? 'http' : 'tcp', first});
			} else {
				detectProtocol(socket, clock, take);
			}
		} else {
			serveAs({protocol: isRaw(protocol) ? 'tcp' : 'http', ...(first && {first})}, socket, connection, compiled);
		}
	};

	const serveAs = (
		{protocol, first}: Detected,
		socket: Socket,
		connection: ConnectionInfo,
		compiled: CompiledListener,
	): void => {
		const onRequest = (first?: Buffer): void => httpServer.accept(socket, connection, first);
		if (protocol === 'http') {
			onRequest(first);
			return;
		}

		if (first) {
			putBack(socket, first);
		}

		const serverName = first && serverNameIn(first);
		const named = {...connection, ...(serverName !== undefined && {serverName})};
		void handleConnection(
			socket,
			named,
			{...compiled, handler: compiled.tunnel ?? compiled.handler},
			tools,
			protocol === 'silent' ? onRequest : undefined,
		);
	};

	const onSecure = (socket: TLSSocket): void => {
		socket.on('error', () => socket.destroy());
		const compiled = current();
		if (!compiled) {
			socket.destroy();
		} else if (compiled.listener.kind === 'gateway') {
			serve(socket, compiled, undefined, true);
		} else {
			const peer = peerIdentity(socket);
			if (peer?.trustDomain === compiled.snapshot.identity.trustDomain) {
				serve(socket, compiled, {service: peer.service, spiffeId: peer.spiffeId}, true);
			} else {
				onRefused(`the caller is ${peer?.spiffeId ?? 'nobody'}, not of this mesh`, remoteOf(socket));
				socket.destroy();
			}
		}
	};

	const onRefused = (reason: string, remote: string): void => {
		log.write('info', 'refused a connection', {listener: first.listener.name, remote, reason});
	};

	let tls: ListenerTls | undefined;
	const tlsOf = ({listener, snapshot}: CompiledListener): ListenerTls => {
		const parts = {handshakeTimeoutMs: limits.headTimeoutMs, onSecure, onRefused};
		tls ??= listener.kind === 'gateway' ? createGatewayTls(listener, parts) : createInboundTls(snapshot, parts);
		return tls;
	};

	const server = createServer({allowHalfOpen: true, noDelay: true, ...keepAlive}, socket => {
		connections.add(socket);
		socket.once('close', () => connections.delete(socket));
		socket.on('error', () => socket.destroy());
		const compiled = current();
		if (!compiled) {
			socket.destroy();
			return;
		}

		switch (tlsModeOf(compiled)) {
			case 'plain':
				serve(socket, compiled, isHostDoor(compiled) ? {service: 'host'} : undefined, false);
				break;
			case 'tls':
				tlsOf(compiled).accept(socket);
				break;
			case 'either':
				sniffTls(socket, tools, (isTls, first) => {
					if (isTls) {
						putBack(socket, first);
						tlsOf(compiled).accept(socket);
					} else {
						serve(socket, compiled, undefined, false, first);
					}
				});
				break;
		}
	});

	await listen(server, first.listener);
	return {
		update: () => {
			const compiled = current();
			if (compiled && compiled.listener.kind !== 'outbound') {
				tls?.update(compiled.snapshot, compiled.listener);
			}
		},
		close: async drainMs => {
			const closed = new Promise<void>(resolve => server.close(() => resolve()));
			await httpServer.close(drainMs);
			const cancel = clock.after(drainMs, () => {
				for (const socket of connections) {
					socket.destroy();
				}
			});
			await closed;
			cancel();
		},
	};
};

const listen = (server: ReturnType<typeof createServer>, {name, address, port}: Listener): Promise<void> =>
	new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			const code = error.code ?? 'invalid';
			reject(
				new SnapshotRefused(
					{listener: name, code, message: `${name} cannot listen at ${address}:${port}: ${code}`},
					error,
				),
			);
		});
		server.listen({host: address, port}, () => resolve());
	});

const inboundModes = {strict: 'tls', permissive: 'either', host: 'plain'} as const;

/** Behind a published port: only the machine itself reaches it. */
const isHostDoor = ({listener}: CompiledListener): boolean => listener.kind === 'inbound' && listener.mtls === 'host';

const tlsModeOf = ({listener}: CompiledListener): 'plain' | 'tls' | 'either' => {
	switch (listener.kind) {
		case 'outbound':
			return 'plain';
		case 'inbound':
			return inboundModes[listener.mtls];
		case 'gateway':
			return listener.certificates ? 'tls' : 'plain';
	}
};

/** A sidecar of the mesh says by ALPN what it has found out already. */
const spokenOn = (socket: Socket, {listener, snapshot}: CompiledListener): Protocol => {
	const protocol = protocolOf(listener, snapshot);
	if (protocol !== 'auto') {
		return protocol;
	}

	switch ((socket as Partial<TLSSocket>).alpnProtocol) {
		case alpn.tunnel:
			return 'tcp';
		case alpn.http:
			return 'http';
		default:
			return 'auto';
	}
};

/** Looks at the first byte: 0x16 begins a TLS handshake (RFC 8446, 5.1). Hands over what it took; who sends nothing is broken off. */
const sniffTls = (
	socket: Socket,
	{clock, limits}: Pick<ListenerTools, 'clock' | 'limits'>,
	onKnown: (isTls: boolean, first: Buffer) => void,
): void => {
	const giveUp = (): void => {
		socket.destroy();
	};

	const cancel = clock.after(limits.headTimeoutMs, giveUp);
	socket.once('close', cancel);
	// Half-open as the socket is, its end alone would not close it.
	socket.once('end', giveUp);
	socket.once('data', (chunk: Buffer) => {
		cancel();
		socket.off('close', cancel);
		socket.off('end', giveUp);
		onKnown(chunk[0] === 0x16, chunk);
	});
};

const putBack = (socket: Socket, chunk: Buffer): void => {
	socket.pause();
	socket.unshift(chunk);
};
