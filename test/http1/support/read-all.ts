// Feeds bytes to a reader in pieces and gives all that was read, in a form that can be compared.
import type {Headers} from '../../../src/http/headers.ts';
import {defaultLimits, type Http1Limits} from '../../../src/http1/limits.ts';
import type {MessageReader, ReaderState} from '../../../src/http1/message-reader.ts';
import type {Refusal} from '../../../src/http1/refused.ts';
import {type Asked, createReplyReader, type IncomingReplyHead} from '../../../src/http1/reply-reader.ts';
import {createRequestReader, type IncomingRequestHead} from '../../../src/http1/request-reader.ts';

export interface ReadMessage<Head> {
	readonly head: Head;
	/** As latin1. */
	body: string;
	/** Undefined when the message was not complete. */
	trailers: Headers | undefined;
}

export interface Reading<Head> {
	readonly messages: readonly ReadMessage<Head>[];
	readonly refusal: Refusal | undefined;
	readonly state: ReaderState;
}

export interface ReadOptions {
	readonly limits?: Partial<Http1Limits>;
	/** Where the bytes are cut. Default: nowhere. */
	readonly cuts?: readonly number[];
	/** Whether the sender ends after the last byte. Default: no. */
	readonly isEnded?: boolean;
}

export const readRequests = (text: string, options: ReadOptions = {}): Reading<IncomingRequestHead> =>
	readAll(createRequestReader({scheme: 'http', limits: {...defaultLimits, ...options.limits}}), text, options);

/** What was asked decides how replies are read. Default: one GET. */
export const readReplies = (
	text: string,
	{asked = [{method: 'GET'}], ...options}: ReadOptions & {readonly asked?: readonly Asked[]} = {},
): Reading<IncomingReplyHead> => {
	const reader = createReplyReader({limits: {...defaultLimits, ...options.limits}});
	for (const one of asked) {
		reader.expect(one);
	}

	return readAll(reader, text, options);
};

const readAll = <Head>(reader: MessageReader<Head>, text: string, options: ReadOptions): Reading<Head> => {
	const messages: ReadMessage<Head>[] = [];
	let refusal: Refusal | undefined;
	const drain = (): void => {
		for (let step = reader.next(); step; step = reader.next()) {
			const message = messages.at(-1) as ReadMessage<Head>;
			if (step.kind === 'head') {
				messages.push({head: step.head, body: '', trailers: undefined});
			} else if (step.kind === 'data') {
				message.body += step.data.toString('latin1');
			} else if (step.kind === 'end') {
				message.trailers = step.trailers;
			} else {
				refusal = step.refusal;
			}
		}
	};

	const bytes = Buffer.from(text, 'latin1');
	const cuts = [0, ...(options.cuts ?? []).map(cut => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
	for (const [index, from] of cuts.slice(0, -1).entries()) {
		reader.push(bytes.subarray(from, cuts[index + 1]));
		drain();
	}

	if (options.isEnded) {
		reader.end();
		drain();
	}

	return {messages, refusal, state: reader.state()};
};
