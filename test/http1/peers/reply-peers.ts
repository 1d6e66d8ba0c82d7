// Other readers of replies: node:http as a client, and nginx and HAProxy before a backend.
import {once} from 'node:events';
import {get} from 'node:http';
import {connect} from 'node:net';
import {text as textOf} from 'node:stream/consumers';
import {startActor} from './actor.ts';
import {believeBody} from './believe-body.ts';
import type {Peer} from './peers.ts';
import {startHaproxy, startNginx} from './start-proxy.ts';

export interface SeenReply {
	readonly status: number;
	/** As latin1. */
	readonly body: string;
}

export interface ReplyPeer {
	readonly name: string;
	/** Lets the backend answer with these bytes. Undefined: refused, or broken off on the way. */
	readonly ask: (text: string) => Promise<SeenReply | undefined>;
	readonly stop: () => Promise<void>;
}

/** Starts all three, with one backend that plays what it is given. */
export const startReplyPeers = async (): Promise<readonly ReplyPeer[]> => {
	const actor = await startActor();
	const [nginx, haproxy] = await Promise.all([startNginx(actor.port), startHaproxy(actor.port)]);
	const proxied = ({name, port, stop}: Peer): ReplyPeer => ({
		name,
		ask: text => askProxy(port, actor.play(text)),
		stop,
	});
	return [
		{name: 'node:http', ask: text => askDirectly(actor.port, actor.play(text)), stop: actor.stop},
		proxied(nginx),
		proxied(haproxy),
	];
};

const askDirectly = async (port: number, path: string): Promise<SeenReply | undefined> => {
	const request = get({host: '127.0.0.1', port, path, agent: false});
	// What comes behind the reply may be no reply; that was read by then.
	request.on('error', () => {});
	try {
		const [response] = await once(request, 'response');
		response.setEncoding('latin1');
		let body = '';
		for await (const piece of response) {
			body += piece;
		}

		return {status: response.statusCode, body};
	} catch {
		return undefined;
	} finally {
		request.destroy();
	}
};

const askProxy = async (port: number, path: string): Promise<SeenReply | undefined> => {
	const socket = connect({port, host: '127.0.0.1'});
	socket.setEncoding('latin1');
	socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
	try {
		const answer = await textOf(socket);
		const headEnd = answer.indexOf('\r\n\r\n');
		const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 502);
		const isBodiless = status === 204 || status === 304;
		const body = isBodiless ? undefined : believeBody(answer.slice(0, headEnd), answer, headEnd + 4);
		return status === 502 || body === 'missing' ? undefined : {status, body: body?.data ?? answer.slice(headEnd + 4)};
	} catch {
		return undefined;
	} finally {
		socket.destroy();
	}
};
