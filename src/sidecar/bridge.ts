// The way from the host to the pods: connections are passed on by the server name of their handshake, unread.
import {type AddressInfo, connect, createServer, isIPv4, type Socket} from 'node:net';
import type {Clock} from '../common/clock.ts';
import type {Log} from '../common/log.ts';
import {ms} from '../common/units.ts';
import {joinStreams} from '../dataplane/join-streams.ts';
import type {BridgeBootstrap} from '../model/proxy-bootstrap.ts';
import {readServerName} from './server-name.ts';

export interface Bridge {
	readonly port: number;
	/** Breaks off all connections. */
	readonly close: () => void;
}

export interface BridgeTools {
	readonly clock: Clock;
	readonly log: Log;
}

const helloLimit = ms(10_000);

/** Starts to listen at all addresses. Rejects when the port is taken. */
export const startBridge = (bridge: BridgeBootstrap, {clock, log}: BridgeTools): Promise<Bridge> => {
	const open = new Set<Socket>();
	const server = createServer({allowHalfOpen: true, noDelay: true}, socket => {
		open.add(socket);
		socket.once('close', () => open.delete(socket));
		socket.on('error', () => socket.destroy());
		readHello(socket, clock, (name, first) => {
			const target = name === undefined ? undefined : podTarget(name, bridge);
			if (!target) {
				log.write('info', 'the bridge refused a connection', {name});
				socket.destroy();
				return;
			}

			passOn(socket, first, target);
		});
	});
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(bridge.port, '0.0.0.0', () => {
			server.off('error', reject);
			resolve({
				port: (server.address() as AddressInfo).port,
				close: () => {
					server.close();
					for (const socket of open) {
						socket.destroy();
					}
				},
			});
		});
	});
};

/** Collects bytes until the name is known; undefined when there is none. Who does not say it in time is broken off. */
const readHello = (socket: Socket, clock: Clock, onKnown: (name: string | undefined, first: Buffer) => void): void => {
	let bytes = Buffer.alloc(0);
	const leave = (): void => {
		cancel();
		socket.off('data', onData);
		socket.off('end', giveUp);
		socket.off('close', leave);
	};

	const giveUp = (): void => {
		leave();
		socket.destroy();
	};

	const onData = (chunk: Buffer): void => {
		bytes = Buffer.concat([bytes, chunk]);
		const found = readServerName(bytes);
		if (found.kind !== 'more') {
			leave();
			socket.pause();
			onKnown(found.kind === 'name' ? found.name : undefined, bytes);
		}
	};

	const cancel = clock.after(helloLimit, giveUp);
	socket.on('data', onData);
	socket.once('end', giveUp);
	socket.once('close', leave);
};

interface Target {
	readonly host: string;
	readonly port: number;
}

const passOn = (socket: Socket, first: Buffer, {host, port}: Target): void => {
	const upstream = connect({host, port, allowHalfOpen: true, noDelay: true});
	upstream.on('error', () => socket.destroy());
	upstream.write(first);
	void joinStreams(socket, upstream);
};

/** Reads `<a>-<b>-<c>-<d>-<port>.pod.devmesh`; undefined unless address and port may be dialled. */
export const podTarget = (name: string, {subnet, ports}: BridgeBootstrap): Target | undefined => {
	const [, address = '', port = ''] = /^(\d{1,3}(?:-\d{1,3}){3})-(\d{1,5})\.pod\.devmesh$/.exec(name) ?? [];
	const host = address.replaceAll('-', '.');
	return isIPv4(host) && isWithin(host, subnet) && ports.includes(Number(port))
		? {host, port: Number(port)}
		: undefined;
};

const isWithin = (address: string, subnet: string): boolean => {
	const [network = '', bits = '32'] = subnet.split('/');
	const mask = Number(bits) === 0 ? 0 : (0xff_ff_ff_ff << (32 - Number(bits))) >>> 0;
	return (numberOf(address) & mask) >>> 0 === (numberOf(network) & mask) >>> 0;
};

const numberOf = (address: string): number =>
	address.split('.').reduce((number, part) => ((number << 8) | Number(part)) >>> 0, 0);
