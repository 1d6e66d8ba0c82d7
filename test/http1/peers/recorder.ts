// A backend behind a proxy that tells in each reply what it was asked. It reads what proxies write, and believes all of it:
// what it refused would look like the proxy's own refusal.
import {once} from 'node:events';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import {believeBody} from './believe-body.ts';

/** What a backend saw of a request. */
export interface Seen {
	readonly method: string;
	readonly target: string;
	/** As latin1; undefined when it was complete, and a defect behind it came before it was looked at. */
	readonly body: string | undefined;
}

export interface Recorder {
	readonly port: number;
	readonly stop: () => Promise<void>;
}

/** Starts it at a free port of loopback. */
export const startRecorder = async (): Promise<Recorder> => {
	const sockets = new Set<Socket>();
	const server = createServer(socket => {
		sockets.add(socket);
		socket.setEncoding('latin1');
		socket.on('error', () => {});
		socket.on('close', () => sockets.delete(socket));
		let text = '';
		socket.on('data', chunk => {
			text += chunk;
			for (let found = readOne(text); found; found = readOne(text)) {
				text = text.slice(found.end);
				socket.write(`HTTP/1.1 200 OK\r\n${seenField(found.seen)}\r\nContent-Length: 0\r\n\r\n`);
			}
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		stop: async () => {
			server.close();
			for (const socket of sockets) {
				socket.destroy();
			}

			await once(server, 'close');
		},
	};
};

/** The field that tells. */
export const seenField = (seen: Seen): string => `x-seen: ${Buffer.from(JSON.stringify(seen)).toString('base64url')}`;

/** Finds what was told in the replies of a connection. */
export const seenIn = (text: string): readonly Seen[] =>
	[...text.matchAll(/^x-seen: ([\w-]+)/gim)].map(([, told = '']) =>
		JSON.parse(Buffer.from(told, 'base64url').toString()),
	);

interface Found {
	readonly seen: Seen;
	readonly end: number;
}

const readOne = (text: string): Found | undefined => {
	const headEnd = text.indexOf('\r\n\r\n');
	if (headEnd === -1) {
		return undefined;
	}

	const head = text.slice(0, headEnd);
	const [method = '', target = ''] = head.split('\r\n')[0]?.split(' ') ?? [];
	const from = headEnd + 4;
	const body = believeBody(head, text, from) ?? {data: '', end: from};
	return body === 'missing' ? undefined : {seen: {method, target, body: body.data}, end: body.end};
};
