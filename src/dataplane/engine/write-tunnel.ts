// Answers a request that wants to change the protocol: with the tunnel behind a 101, or with a reply that refuses.
import {STATUS_CODES} from 'node:http';
import type {Duplex} from 'node:stream';
import {readBody} from '../../http/body.ts';
import {withoutHopByHop} from '../../http/hop-by-hop.ts';
import {joinStreams} from '../join-streams.ts';
import type {Answer} from './incoming-request.ts';

// A refusal is a short text, not a download.
const refusalLimit = 64 * 1024;

/** Writes the head and joins the two connections, or writes the refusal and closes. */
export const writeTunnel = async (
	{reply, onEnd}: Answer,
	protocol: string | undefined,
	socket: Duplex,
): Promise<void> => {
	if (reply.status === 101 && reply.tunnel && protocol !== undefined) {
		socket.write(
			headOf(101, reply.reason, [...withoutHopByHop(reply.headers), 'connection', 'upgrade', 'upgrade', protocol]),
		);
		const passed = {received: 0, sent: 0};
		const {error} = await joinStreams(socket, reply.tunnel, passed);
		onEnd({bytesSent: passed.sent, error});
		return;
	}

	const content = await readBody(reply.body, refusalLimit).catch(() => new Uint8Array());
	const headers = [...withoutHopByHop(reply.headers), 'connection', 'close'];
	const kept = headers.filter((_, index) => headers[index - (index % 2)]?.toLowerCase() !== 'content-length');
	socket.end(
		Buffer.concat([
			Buffer.from(headOf(reply.status, reply.reason, [...kept, 'content-length', String(content.length)])),
			content,
		]),
	);
	onEnd({bytesSent: content.length, error: undefined});
};

const headOf = (status: number, reason: string, headers: readonly string[]): string => {
	const fields = Array.from(
		{length: headers.length / 2},
		(_, index) => `${headers[index * 2]}: ${headers[index * 2 + 1]}\r\n`,
	);
	return `HTTP/1.1 ${status} ${reason || (STATUS_CODES[status] ?? '')}\r\n${fields.join('')}\r\n`;
};
