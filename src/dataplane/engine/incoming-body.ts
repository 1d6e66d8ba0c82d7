// A message that Node reads, as a body of ours.
import type {IncomingMessage} from 'node:http';
import type {Clock} from '../../common/clock.ts';
import type {Milliseconds} from '../../common/units.ts';
import {type Body, emptyBody} from '../../http/body.ts';
import {headerValue} from '../../http/headers.ts';
import {createPushBody} from '../../http/push-body.ts';
import {RequestFailure} from '../../http/request-failure.ts';

export interface IncomingBodyTools {
	readonly clock: Clock;
	/** How long the client may leave us waiting for the next piece, in milliseconds. */
	readonly idleMs: Milliseconds;
	/** The client was too slow. */
	readonly onSlow: (failure: RequestFailure) => void;
}

/** Gives the body of a request; nothing is read before somebody starts it. */
export const incomingBody = (message: IncomingMessage, tools: IncomingBodyTools): Body => {
	const length = headerValue(message.rawHeaders, 'content-length');
	const isChunked = headerValue(message.rawHeaders, 'transfer-encoding') !== undefined;
	if (!isChunked && (length === undefined || length === '0')) {
		return emptyBody;
	}

	const pushed = createPushBody({
		length: isChunked ? undefined : Number(length),
		onResume: () => {
			listen();
			waitForMore();
			message.resume();
		},
		onCancel: () => {
			cancelTimer();
			// Read on to nowhere: the connection may live on for the next request.
			message.resume();
		},
	});
	let isListening = false;
	let cancelTimer = () => {};
	const waitForMore = () => {
		cancelTimer();
		cancelTimer = tools.clock.after(tools.idleMs, () => {
			const failure = new RequestFailure('request-timeout', 'the body of the request took too long');
			pushed.fail(failure);
			tools.onSlow(failure);
		});
	};

	const listen = () => {
		if (isListening) {
			return;
		}

		isListening = true;
		message.on('data', (chunk: Buffer) => {
			cancelTimer();
			if (pushed.push(chunk)) {
				waitForMore();
			} else {
				message.pause();
			}
		});
		message.on('end', () => {
			cancelTimer();
			pushed.end(message.rawTrailers);
		});
		const onBroken = () => {
			cancelTimer();
			pushed.fail(new RequestFailure('client-gone', 'the client broke off its request'));
		};
		message.on('error', onBroken);
		message.on('close', onBroken);
	};

	return pushed.body;
};
