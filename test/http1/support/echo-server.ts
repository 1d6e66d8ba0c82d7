// The least that a server over sockets needs of the codec: it answers each request with its own body, piece by piece.
import {once} from 'node:events';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import {type BodyWriter, createBodyWriter} from '../../../src/http1/body-writer.ts';
import {chooseReplyFraming} from '../../../src/http1/choose-framing.ts';
import {defaultLimits} from '../../../src/http1/limits.ts';
import {createRequestReader, type IncomingRequestHead} from '../../../src/http1/request-reader.ts';
import {writeReplyHead} from '../../../src/http1/write-head.ts';

export interface EchoServer {
	readonly port: number;
	/** How often a client was held back because it did not take its reply. */
	readonly holds: () => number;
	readonly stop: () => Promise<void>;
}

export const startEchoServer = async (): Promise<EchoServer> => {
	const sockets = new Set<Socket>();
	let holds = 0;
	const server = createServer({allowHalfOpen: true, noDelay: true}, socket => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		socket.on('error', () => {});
		serve(socket, () => holds++);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		holds: () => holds,
		stop: async () => {
			server.close();
			for (const socket of sockets) {
				socket.destroy();
			}

			await once(server, 'close');
		},
	};
};

const serve = (socket: Socket, onHold: () => void): void => {
	const reader = createRequestReader({scheme: 'http', limits: defaultLimits});
	let writer: BodyWriter | undefined;
	let isTunnel = false;
	const begin = (head: IncomingRequestHead): void => {
		if (head.expectsContinue) {
			socket.write(writeReplyHead({status: 100, reason: 'Continue', headers: [], framing: {kind: 'none'}}), 'latin1');
		}

		const length = head.framing.kind === 'length' ? head.framing.bytes : head.framing.kind === 'none' ? 0 : undefined;
		const framing = chooseReplyFraming({status: 200, length, method: head.method, minorVersion: head.minorVersion});
		const headers = ['x-path', head.path, ...(head.keepAlive ? [] : ['connection', 'close'])];
		if (head.upgrade === undefined) {
			socket.write(writeReplyHead({status: 200, reason: 'OK', headers, framing}), 'latin1');
		}

		writer = createBodyWriter(framing, bytes => socket.write(bytes));
	};

	const upgrade = (): void => {
		isTunnel = true;
		const headers = ['connection', 'upgrade', 'upgrade', 'echo'];
		socket.write(writeReplyHead({status: 101, reason: 'Go', headers, framing: {kind: 'tunnel'}}), 'latin1');
		socket.write(reader.takeRest());
		socket.removeAllListeners('data').removeAllListeners('drain');
		socket.pipe(socket);
	};

	const pump = (): void => {
		for (let step = reader.next(); step; step = reader.next()) {
			if (step.kind === 'head') {
				begin(step.head);
			} else if (step.kind === 'end') {
				writer?.end(step.trailers);
			} else if (step.kind === 'refused') {
				const {status, reason} = step.refusal;
				const framing = {kind: 'length', bytes: 0} as const;
				socket.end(writeReplyHead({status, reason, headers: ['connection', 'close'], framing}), 'latin1');
			} else if (!writer?.write(step.data)) {
				onHold();
				socket.pause();
				return;
			}
		}

		if (reader.state() === 'waiting') {
			upgrade();
		} else if (reader.state() === 'done') {
			socket.end();
		} else {
			socket.resume();
		}
	};

	socket.on('data', (bytes: Buffer) => {
		reader.push(bytes);
		pump();
	});
	socket.on('drain', pump);
	socket.on('end', () => {
		if (!isTunnel) {
			reader.end();
			pump();
			socket.end();
		}
	});
};
