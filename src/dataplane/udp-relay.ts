// Takes datagrams for one service and relays them to its instances, as they are. A sender stays with its instance while both have something to say.
import {createSocket, type RemoteInfo, type Socket} from 'node:dgram';
import type {Clock} from '../common/clock.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import type {ResponseFlag} from '../http/response-flag.ts';
import type {SidecarIdentity, UdpEndpoint, UdpListener} from '../model/snapshot.ts';
import type {OpenConnection, RequestCounter} from '../telemetry/request-stats.ts';
import {SnapshotRefused} from './snapshot-refused.ts';

export interface UdpRelay {
	/** Sends new senders to these instances from now on; those whose instance is gone begin anew. */
	readonly update: (listener: UdpListener) => void;
	readonly close: () => void;
}

export interface UdpRelayTools {
	readonly clock: Clock;
	/** Counts a sender as a connection, from its first datagram until both sides have been silent for a while. */
	readonly counter: Pick<RequestCounter, 'open'>;
	readonly caller: SidecarIdentity;
	readonly limits?: Partial<UdpLimits>;
}

export interface UdpLimits {
	/** How long both sides may be silent, in milliseconds. Source: Envoy's default for UDP sessions. Default: 60 s. */
	readonly idleMs: Milliseconds;
	/** At once; one more takes the place of the one that has been silent for longest. Default: 1000. */
	readonly senders: number;
}

const defaultLimits: UdpLimits = {idleMs: ms(60_000), senders: 1000};
// What comes before the way is open, within a moment.
const mostWaiting = 64;

interface Session {
	readonly endpoint: UdpEndpoint;
	readonly pass: (datagram: Buffer) => void;
	readonly end: (flag?: ResponseFlag) => void;
}

/** Binds the socket. Rejects with SnapshotRefused when the port is taken. */
export const openUdpRelay = async (first: UdpListener, tools: UdpRelayTools): Promise<UdpRelay> => {
	const {clock, counter, caller} = tools;
	const limits = {...defaultLimits, ...tools.limits};
	/** In the order of their last datagrams, by address and port. */
	const sessions = new Map<string, Session>();
	let listener = first;
	let next = 0;
	const socket = createSocket('udp4');

	const pick = (): UdpEndpoint | undefined => {
		const ready = listener.endpoints.filter(({state}) => state === 'ready');
		// A datagram to an app that is starting may be lost; without any other it may as well arrive.
		const usable = ready.length > 0 ? ready : listener.endpoints.filter(({state}) => state === 'starting');
		return usable[next++ % usable.length];
	};

	const count = (version: string): OpenConnection =>
		counter.open({
			reporter: 'source',
			source: caller.service,
			destination: listener.destination,
			version,
			status: 0,
			flags: '-',
			isMutual: false,
		});

	const begin = (key: string, sender: RemoteInfo): Session | undefined => {
		const endpoint = pick();
		const counted = count(endpoint?.version ?? '');
		if (!endpoint) {
			counted.close('UH');
			return undefined;
		}

		const touch = (): void => {
			lastAt = clock.now();
			sessions.delete(key);
			sessions.set(key, session);
		};

		const way = openWay(endpoint, {
			onDatagram: datagram => {
				touch();
				counted.meter.sent += datagram.length;
				socket.send(datagram, sender.port, sender.address);
			},
			onBroken: () => session.end('UF'),
		});
		let lastAt = clock.now();
		const watch = (span: Milliseconds): (() => void) =>
			clock.after(span, () => {
				const left = lastAt + limits.idleMs - clock.now();
				if (left > 0) {
					cancel = watch(ms(left));
				} else {
					session.end();
				}
			});
		let cancel = watch(limits.idleMs);
		const session: Session = {
			endpoint,
			pass: datagram => {
				touch();
				counted.meter.received += datagram.length;
				way.send(datagram);
			},
			end: flag => {
				if (sessions.get(key) === session) {
					sessions.delete(key);
					cancel();
					way.close();
					counted.close(flag ?? '-');
				}
			},
		};
		sessions.set(key, session);
		return session;
	};

	socket.on('message', (datagram, sender) => {
		const key = `${sender.address}:${sender.port}`;
		if (!sessions.has(key) && sessions.size >= limits.senders) {
			const [oldest] = sessions.values();
			oldest?.end();
		}

		(sessions.get(key) ?? begin(key, sender))?.pass(datagram);
	});
	await bind(socket, first);
	return {
		update: newer => {
			listener = newer;
			for (const session of [...sessions.values()]) {
				const {id, address, port} = session.endpoint;
				const isThere = newer.endpoints.some(
					other => other.id === id && other.address === address && other.port === port && other.state !== 'down',
				);
				if (!isThere) {
					session.end();
				}
			}
		},
		close: () => {
			for (const session of [...sessions.values()]) {
				session.end();
			}

			socket.close();
		},
	};
};

interface WayParts {
	readonly onDatagram: (datagram: Buffer) => void;
	/** Nobody listens there. */
	readonly onBroken: () => void;
}

/** A socket of the sender's own, so that answers find back; it hears nobody but the instance. */
const openWay = (
	{address, port}: UdpEndpoint,
	{onDatagram, onBroken}: WayParts,
): {readonly send: (datagram: Buffer) => void; readonly close: () => void} => {
	const socket = createSocket('udp4');
	const waiting: Buffer[] = [];
	let isOpen = false;
	socket.on('message', onDatagram).on('error', onBroken);
	socket.connect(port, address, () => {
		isOpen = true;
		for (const datagram of waiting.splice(0)) {
			socket.send(datagram);
		}
	});
	return {
		send: datagram => {
			if (isOpen) {
				socket.send(datagram);
			} else if (waiting.length < mostWaiting) {
				waiting.push(datagram);
			}
		},
		close: () => {
			isOpen = false;
			waiting.length = 0;
			socket.close();
		},
	};
};

const bind = (socket: Socket, {name, address, port}: UdpListener): Promise<void> =>
	new Promise((resolve, reject) => {
		socket.once('error', (error: NodeJS.ErrnoException) => {
			const code = error.code ?? 'invalid';
			reject(
				new SnapshotRefused(
					{listener: name, code, message: `${name} cannot listen at ${address}:${port}: ${code}`},
					error,
				),
			);
		});
		socket.bind({address, port, exclusive: true}, () => {
			// An answer that cannot be sent is lost, as datagrams are.
			socket.removeAllListeners('error').on('error', () => {});
			resolve();
		});
	});
