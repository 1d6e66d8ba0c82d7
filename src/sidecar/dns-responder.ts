// Answers for the names of the mesh within a pod, over UDP and TCP, and passes everything else on.
import {createSocket, type RemoteInfo, type Socket as UdpSocket} from 'node:dgram';
import {connect, createServer, isIPv6, type Socket} from 'node:net';
import dnsPacket from 'dns-packet';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {DnsConfig} from '../model/snapshot.ts';

export interface DnsResponder {
	/** Answers by these names from now on. Address and port stay as they are. */
	readonly update: (config: DnsConfig) => void;
	readonly close: () => void;
}

// Names come and go with a save.
const ttlSeconds = 1;
const upstreamLimit = ms(2000);
const longestPacket = 4096;
const mostUnderWay = 500;
const idleLimit = ms(10_000);

/** Binds to the very address: from any other, answers would not find back. Rejects when the port is taken. */
export const startDnsResponder = async (first: DnsConfig, clock: Clock): Promise<DnsResponder> => {
	let config = first;
	let underWay = 0;
	/** Undefined: the question is not worth an answer. */
	const answer = async (question: Buffer, transport: 'udp' | 'tcp'): Promise<Buffer | undefined> => {
		const query = decode(question);
		if (!query || underWay >= mostUnderWay) {
			return undefined;
		}

		const own = answerByName(query, config) ?? answerForLoopback(query);
		if (own) {
			return own;
		}

		underWay++;
		try {
			return (await askUpstreams(question, transport, config.upstreams, clock)) ?? failure(query);
		} finally {
			underWay--;
		}
	};

	const udp = createSocket({type: 'udp4'});
	udp.on('message', (question: Buffer, {address, port}: RemoteInfo) => {
		void answer(question, 'udp').then(reply => {
			if (reply) {
				send(udp, reply, port, address);
			}
		});
	});
	const open = new Set<Socket>();
	const tcp = createServer(socket => {
		open.add(socket);
		socket.once('close', () => open.delete(socket));
		socket.on('error', () => socket.destroy());
		socket.setTimeout(idleLimit, () => socket.destroy());
		readMessages(socket, question => {
			void answer(question, 'tcp').then(reply => {
				if (reply && socket.writable) {
					socket.write(framed(reply));
				}
			});
		});
	});
	await Promise.all([
		new Promise<void>((resolve, reject) => {
			udp.once('error', reject);
			udp.bind(first.port, first.address, () => {
				udp.off('error', reject);
				// An answer that cannot be sent is asked for again.
				udp.on('error', () => {});
				resolve();
			});
		}),
		new Promise<void>((resolve, reject) => {
			tcp.once('error', reject);
			tcp.listen(first.port, first.address, () => {
				tcp.off('error', reject);
				resolve();
			});
		}),
	]);
	return {
		update: next => {
			config = next;
		},
		close: () => {
			udp.close();
			tcp.close();
			for (const socket of open) {
				socket.destroy();
			}
		},
	};
};

const decode = (packet: Buffer): dnsPacket.Packet | undefined => {
	try {
		const query = dnsPacket.decode(packet);
		return query.type === 'query' && query.questions?.length === 1 ? query : undefined;
	} catch {
		return undefined;
	}
};

/** Of a name of the mesh: its address, or for other kinds of records that there are none. */
const answerByName = (query: dnsPacket.Packet, {names}: DnsConfig): Buffer | undefined => {
	const [question] = query.questions ?? [];
	const name = question?.name.toLowerCase().replace(/\.$/, '') ?? '';
	if (!question || !Object.hasOwn(names, name)) {
		return undefined;
	}

	return dnsPacket.encode({
		type: 'response',
		id: query.id ?? 0,
		flags:
			dnsPacket.AUTHORITATIVE_ANSWER |
			dnsPacket.RECURSION_AVAILABLE |
			((query.flags ?? 0) & dnsPacket.RECURSION_DESIRED),
		questions: [question],
		answers:
			question.type === 'A'
				? [names[name] ?? []].flat().map(data => ({type: 'A', name: question.name, ttl: ttlSeconds, data}))
				: [],
	});
};

// Databases and mail servers ask for the name of whoever calls, and greet no sooner than they are answered: 127.0.0.6 has none,
// and no name server outside knows better. Source: RFC 6303, 4.2.
const answerForLoopback = ({id = 0, questions = []}: dnsPacket.Packet): Buffer | undefined =>
	questions[0]?.name.toLowerCase().endsWith('.127.in-addr.arpa')
		? dnsPacket.encode({
				type: 'response',
				id,
				flags: dnsPacket.AUTHORITATIVE_ANSWER | dnsPacket.RECURSION_AVAILABLE | noSuchName,
				questions,
			})
		: undefined;

// RFC 1035, 4.1.1: the name does not exist; the server could not process the query.
const noSuchName = 3;
const serverFailure = 2;

const failure = ({id = 0, questions = []}: dnsPacket.Packet): Buffer =>
	dnsPacket.encode({type: 'response', id, flags: dnsPacket.RECURSION_AVAILABLE | serverFailure, questions});

const askUpstreams = async (
	question: Buffer,
	transport: 'udp' | 'tcp',
	upstreams: readonly string[],
	clock: Clock,
): Promise<Buffer | undefined> => {
	for (const upstream of upstreams) {
		const [address, port] = addressAndPort(upstream);
		const ask = transport === 'udp' ? askByUdp : askByTcp;
		const reply = await ask(question, address, port, clock);
		if (reply) {
			return reply;
		}
	}

	return undefined;
};

/** `10.0.0.2`, `10.0.0.2:5353`, `fd00::1`, `[fd00::1]:5353`. */
const addressAndPort = (upstream: string): readonly [address: string, port: number] => {
	const [, address = upstream, port = '53'] =
		/^\[(.+)\]:(\d+)$/.exec(upstream) ?? /^([^:]+):(\d+)$/.exec(upstream) ?? [];
	return [address, Number(port)];
};

const askByUdp = (question: Buffer, address: string, port: number, clock: Clock): Promise<Buffer | undefined> =>
	new Promise(resolve => {
		const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
		const finish = (reply: Buffer | undefined): void => {
			cancel();
			socket.removeAllListeners();
			socket.on('error', () => {});
			socket.close();
			resolve(reply);
		};

		const cancel = clock.after(upstreamLimit, () => finish(undefined));
		socket.on('message', reply => {
			// Whoever guesses the port must guess the number, too.
			if (reply.length >= 12 && reply.readUInt16BE(0) === question.readUInt16BE(0)) {
				finish(reply);
			}
		});
		socket.once('error', () => finish(undefined));
		socket.connect(port, address, () => socket.send(question));
	});

const askByTcp = (question: Buffer, address: string, port: number, clock: Clock): Promise<Buffer | undefined> =>
	new Promise(resolve => {
		const socket = connect({host: address, port});
		const finish = (reply: Buffer | undefined): void => {
			cancel();
			socket.destroy();
			resolve(reply);
		};

		const cancel = clock.after(upstreamLimit, () => finish(undefined));
		socket.once('error', () => finish(undefined));
		socket.once('close', () => finish(undefined));
		readMessages(socket, finish);
		socket.write(framed(question));
	});

/** Over TCP, a length stands before each message. Source: RFC 1035, 4.2.2. */
const framed = (message: Buffer): Buffer => {
	const length = Buffer.alloc(2);
	length.writeUInt16BE(message.length);
	return Buffer.concat([length, message]);
};

const readMessages = (socket: Socket, onMessage: (message: Buffer) => void): void => {
	let bytes = Buffer.alloc(0);
	socket.on('data', (chunk: Buffer) => {
		bytes = Buffer.concat([bytes, chunk]);
		while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
			const end = 2 + bytes.readUInt16BE(0);
			onMessage(bytes.subarray(2, end));
			bytes = bytes.subarray(end);
		}

		if (bytes.length > longestPacket * 16) {
			socket.destroy();
		}
	});
};

const send = (socket: UdpSocket, reply: Buffer, port: number, address: string): void => {
	try {
		socket.send(reply, port, address);
	} catch {
		// Closed meanwhile.
	}
};
