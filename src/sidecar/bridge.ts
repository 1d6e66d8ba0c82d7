// The way between the host and the containers, in the gateway's container: TLS connections are passed on by their server name, unread.
import {BlockList, connect, isIPv4, type Socket} from 'node:net';
import {createServer as createTlsServer} from 'node:tls';
import type {Clock} from '../common/clock.ts';
import {jsonLine} from '../common/json-lines.ts';
import {keepAlive} from '../common/keep-alive.ts';
import type {Log} from '../common/log.ts';
import {ms} from '../common/units.ts';
import {joinStreams} from '../dataplane/join-streams.ts';
import type {Certificate} from '../model/certificate.ts';
import {metricsName} from '../model/pod.ts';
import type {BridgeBootstrap, ProxyBootstrap} from '../model/proxy-bootstrap.ts';
import {meshServerOptions} from '../pki/mesh-tls.ts';
import {peerIdentity} from '../pki/peer-identity.ts';
import {createIdleConnections} from './idle-connections.ts';
import {openPlainListener, type PlainListener} from './plain-listener.ts';
import {openServerNameListener} from './server-name-listener.ts';

export interface Bridge {
	/** Shows another certificate to the control plane from the next connection on. */
	readonly replaceCertificate: (certificate: Certificate, trustedRoots: readonly string[]) => void;
	/** Breaks off every connection. */
	readonly close: () => void;
}

export interface BridgeParts {
	readonly bridge: BridgeBootstrap;
	readonly bootstrap: Pick<ProxyBootstrap, 'certificate' | 'trustedRoots' | 'controlPlane'>;
	readonly clock: Clock;
	readonly log: Log;
}

/** As which the control plane dials, to take what containers send to the host. */
const backName = 'back.bridge.devmesh';
const connectLimit = ms(5000);
const handshakeLimit = 10_000;

/** Starts to listen at both ports. Rejects when one is taken. */
export const openBridge = async ({bridge, bootstrap, clock, log}: BridgeParts): Promise<Bridge> => {
	const idle = createIdleConnections(clock);
	const isAllowed = allowedBy(bridge);
	/** What carries the connections of the control plane, by the place that they come from. */
	const carriers = new Map<string, Socket>();

	const onRefused = (socket: Socket, reason: string): void => {
		log.write('info', 'the bridge refused a connection', {remote: socket.remoteAddress, reason});
	};

	const refuse = (socket: Socket, reason: string): void => {
		onRefused(socket, reason);
		socket.destroy();
	};

	const terminator = createTlsServer(
		{
			...meshServerOptions(bootstrap.certificate, bootstrap.trustedRoots),
			allowHalfOpen: true,
			handshakeTimeout: handshakeLimit,
		},
		connection => {
			connection.on('error', () => connection.destroy());
			const caller = peerIdentity(connection)?.spiffeId;
			if (caller === bootstrap.controlPlane) {
				idle.add(connection);
			} else {
				refuse(connection, `the caller is ${caller ?? 'nobody of this mesh'}, not the control plane`);
			}
		},
	);
	terminator.on('tlsClientError', (error, connection) => refuse(connection, error.message));

	/** From the host. */
	const onForth = (socket: Socket, name: string): void => {
		if (name === backName) {
			const place = placeOf(socket);
			carriers.set(place, socket);
			socket.once('close', () => carriers.delete(place));
			terminator.emit('connection', socket);
			return;
		}

		const target = podOf(name);
		if (target && isAllowed(target)) {
			dial(socket, target, clock, problem => refuse(socket, `${name}: ${problem}`));
		} else {
			refuse(socket, `${name} leads nowhere`);
		}
	};

	/** From a container. */
	const onBack = (socket: Socket, name: string): void => {
		const [, port, instance] = /^(?:([1-9]\d{0,4})\.)?([a-z0-9-]+)\.host\.devmesh$/.exec(name) ?? [];
		if (instance === undefined) {
			refuse(socket, `${name} leads nowhere`);
		} else {
			void passBack(socket, name, {instance, ...(port !== undefined && {port: Number(port)})});
		}
	};

	const passBack = async (socket: Socket, name: string, wanted: WantedInstance): Promise<void> => {
		const connection = await idle.take();
		if (!connection) {
			refuse(socket, `${name}: the control plane is not there`);
		} else if (socket.destroyed) {
			idle.add(connection);
		} else {
			connection.write(jsonLine(wanted));
			join(socket, connection, carriers.get(placeOf(connection)));
		}
	};

	const parts = {clock, onRefused};
	const listeners: PlainListener[] = [];
	const close = (): void => {
		for (const listener of listeners) {
			listener.close();
		}

		idle.close();
	};

	try {
		listeners.push(await openServerNameListener({...parts, port: bridge.port, onConnection: onForth}));
		listeners.push(await openServerNameListener({...parts, port: bridge.backPort, onConnection: onBack}));
		listeners.push(
			await openPlainListener(bridge.metricsPort, socket => {
				void passBack(socket, metricsName, {instance: metricsName});
			}),
		);
	} catch (error) {
		close();
		throw error;
	}

	return {
		replaceCertificate: (certificate, trustedRoots) =>
			terminator.setSecureContext(meshServerOptions(certificate, trustedRoots)),
		close,
	};
};

interface WantedInstance {
	readonly instance: string;
	readonly port?: number;
}

const placeOf = ({remoteAddress, remotePort}: Socket): string => `${remoteAddress}:${remotePort}`;

interface Target {
	readonly host: string;
	readonly port: number;
}

/** Reads `<a>-<b>-<c>-<d>-<port>.pod.devmesh`. */
const podOf = (name: string): Target | undefined => {
	const [, address = '', port = ''] = /^(\d{1,3}(?:-\d{1,3}){3})-([1-9]\d{0,4})\.pod\.devmesh$/.exec(name) ?? [];
	const host = address.replaceAll('-', '.');
	return isIPv4(host) ? {host, port: Number(port)} : undefined;
};

const allowedBy = ({subnet, ports}: BridgeBootstrap): ((target: Target) => boolean) => {
	const [network = '', length = ''] = subnet.split('/');
	const addresses = new BlockList();
	addresses.addSubnet(network, Number(length), 'ipv4');
	const isOpen = (port: number): boolean =>
		ports.some(entry => (typeof entry === 'number' ? entry === port : entry[0] <= port && port <= entry[1]));
	return ({host, port}) => isOpen(port) && addresses.check(host, 'ipv4');
};

const dial = (socket: Socket, target: Target, clock: Clock, onProblem: (problem: string) => void): void => {
	const upstream = connect({...target, ...keepAlive, allowHalfOpen: true, noDelay: true});
	const giveUp = (): void => {
		upstream.destroy();
	};

	const onError = ({code, message}: NodeJS.ErrnoException): void => {
		cancel();
		socket.off('close', giveUp);
		onProblem(code ?? message);
	};

	const cancel = clock.after(connectLimit, () => upstream.destroy(new Error('no answer')));
	socket.once('close', giveUp);
	upstream.once('close', cancel);
	upstream.once('error', onError);
	upstream.once('connect', () => {
		cancel();
		upstream.off('error', onError);
		socket.off('close', giveUp);
		join(socket, upstream);
	});
};

/** The carrier is what is broken off in place of the second, when that is TLS. */
const join = (one: Socket, two: Socket, carrier = two): void => {
	// A break as a break, before the streams see it: nobody may take half an answer for a whole one.
	one.once('error', () => carrier.resetAndDestroy());
	two.once('error', () => one.resetAndDestroy());
	void joinStreams(one, two);
	// Also who has ended may be closed from here, and then nobody is left to hear the other.
	one.once('close', () => two.readableEnded || two.destroy());
	two.once('close', () => one.readableEnded || one.destroy());
	// Paused until now, so that no byte was lost.
	one.resume();
	two.resume();
};
