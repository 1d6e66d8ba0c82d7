// Writes a reply to a client of `node:http`.
import type {IncomingMessage, ServerResponse} from 'node:http';
import type {BodyFlow} from '../../http/body.ts';
import {headerValue} from '../../http/headers.ts';
import {withoutHopByHop} from '../../http/hop-by-hop.ts';
import type {Reply} from '../../http/reply.ts';
import {RequestFailure} from '../../http/request-failure.ts';
import type {ReplyOutcome} from './incoming-request.ts';

/** Sends the reply as the client takes it. A body that breaks off breaks the connection: its client must not take it for the whole. */
export const writeReply = (
	reply: Reply,
	message: IncomingMessage,
	response: ServerResponse,
	onEnd: (outcome: ReplyOutcome) => void,
): void => {
	let bytesSent = 0;
	let isOver = false;
	const finish = (error: Error | undefined): void => {
		if (!isOver) {
			isOver = true;
			onEnd({bytesSent, error});
		}
	};

	let flow: BodyFlow | undefined;
	const leave = (): void => {
		const gone = new RequestFailure('client-gone', 'the client left');
		finish(gone);
		(flow ?? reply.body.start(nowhere)).cancel(gone);
	};

	if (response.destroyed) {
		leave();
		return;
	}

	// Nothing else tells of a reply that waited behind another one of its connection.
	response.on('close', () => {
		if (!response.writableFinished) {
			leave();
		}
	});
	response.sendDate = false;
	const headers = withoutHopByHop(reply.headers);
	const isBodiless = message.method === 'HEAD' || reply.status === 204 || reply.status === 304;
	if (!isBodiless && reply.body.length !== undefined && headerValue(headers, 'content-length') === undefined) {
		headers.push('content-length', String(reply.body.length));
	}

	// Else an unread upload stands between this reply and the next request.
	if (!message.complete) {
		response.shouldKeepAlive &&= reply.status < 400;
	}

	response.writeHead(reply.status, reply.reason || undefined, headers);
	if (isBodiless || reply.body.length === 0) {
		flow = reply.body.start(nowhere);
		response.end(() => finish(undefined));
		return;
	}

	flow = reply.body.start({
		onChunk: chunk => {
			bytesSent += chunk.length;
			return response.write(chunk);
		},
		onEnd: trailers => {
			if (trailers.length > 0) {
				response.addTrailers(pairsOf(trailers));
			}

			response.end(() => {
				finish(undefined);
				// Answered before the upload was read: its rest would stand between this reply and the next request.
				if (!message.complete) {
					message.socket.end();
				}
			});
		},
		onError: error => {
			finish(error);
			response.destroy();
		},
	});
	response.on('drain', () => flow?.resume());
};

const nowhere = {onChunk: () => true, onEnd: () => {}, onError: () => {}};

const pairsOf = (flat: readonly string[]): [string, string][] =>
	Array.from({length: flat.length / 2}, (_, index) => [flat[index * 2] as string, flat[index * 2 + 1] as string]);
