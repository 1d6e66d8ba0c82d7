// What comes back: a head and a body, or after an upgrade a raw connection.
import type {Duplex} from 'node:stream';
import {type Body, bodyOf} from './body.ts';
import type {Headers} from './headers.ts';

export interface Reply {
	/** From 100 to 599; 101 only with a tunnel. */
	readonly status: number;
	/** The reason phrase; empty means the usual one. */
	readonly reason: string;
	readonly headers: Headers;
	readonly body: Body;
	/** The upgraded connection behind a 101 reply. Whoever takes the reply owns it. */
	readonly tunnel?: Duplex;
}

/** Makes a plain-text reply. */
export const textReply = (status: number, text: string, headers: Headers = []): Reply => ({
	status,
	reason: '',
	headers: ['content-type', 'text/plain; charset=utf-8', ...headers],
	body: bodyOf(text),
});
