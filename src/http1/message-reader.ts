// Takes bytes and gives messages, one step at a time when asked: who does not ask holds the sender back.
import type {Headers} from '../http/headers.ts';
import {type BodyReader, createBodyReader} from './body-reader.ts';
import type {Framing} from './framing.ts';
import type {Http1Limits} from './limits.ts';
import {type Refusal, Refused} from './refused.ts';
import type {Section} from './section.ts';

export type MessageStep<Head> =
	| {readonly kind: 'head'; readonly head: Head}
	/** A piece of the body, a view of the bytes that were pushed. Never empty. */
	| {readonly kind: 'data'; readonly data: Buffer}
	/** The message is complete. It comes after every head but those of interim replies and tunnels. */
	| {readonly kind: 'end'; readonly trailers: Headers}
	/** Nothing comes after it: answer, if it was a request, and close. */
	| {readonly kind: 'refused'; readonly refusal: Refusal};

/**
 * idle: between two messages, no byte of the next was seen · head · body · waiting: after a request to upgrade, until `goOn` ·
 * tunnel: what comes is no HTTP any more · done: no message may follow · refused.
 */
export type ReaderState = 'idle' | 'head' | 'body' | 'waiting' | 'tunnel' | 'done' | 'refused';

export interface MessageReader<Head> {
	/** Hands bytes over; they are not copied, and must not change. Ask for steps until there are none before more are read from the socket. */
	readonly push: (bytes: Buffer) => void;
	/** The sender will send no more. */
	readonly end: () => void;
	/** Gives the next step; undefined when more bytes are needed, or none are wanted. Does not throw. */
	readonly next: () => MessageStep<Head> | undefined;
	readonly state: () => ReaderState;
	/** After CONNECT, or a request to upgrade, that was declined: reads on with the next request, if one may follow. */
	readonly goOn: () => void;
	/** Takes the bytes that were not read, as the first of a tunnel. */
	readonly takeRest: () => Buffer;
}

export interface ReadHead<Head> {
	readonly head: Head;
	/** Undefined for interim replies, after which another head follows. */
	readonly framing: Framing | undefined;
	/** Whether to wait behind the message for what becomes of it. */
	readonly waits: boolean;
	/** Whether no message may follow. */
	readonly isLast: boolean;
}

export interface MessageParts<Head> {
	readonly limits: Http1Limits;
	/** Reads heads; made ready for the next by `finish`. */
	readonly section: Section;
	/** Throws Refused when no message may begin. */
	readonly begin?: () => void;
	/** Turns the lines of a complete head into a head. Throws Refused. */
	readonly finish: () => ReadHead<Head>;
	/** The status for refusing with. */
	readonly statusOf: (refused: Refused) => number;
}

const nothing = Buffer.alloc(0);

/** Creates a reader for one direction of one connection. */
export const createMessageReader = <Head>(parts: MessageParts<Head>): MessageReader<Head> => {
	const {section} = parts;
	let state: ReaderState = 'idle';
	let input: Buffer = nothing;
	let at = 0;
	let isEnded = false;
	let body: BodyReader | undefined;
	let isUntilClose = false;
	let waits = false;
	let isLast = false;

	const readHead = (): MessageStep<Head> | undefined => {
		if (at < input.length) {
			parts.begin?.();
			at = section.read(input, at);
			state = at < input.length || section.hasBegun() ? 'head' : 'idle';
		}

		if (!section.isComplete()) {
			return missing(at < input.length || section.hasBegun());
		}

		const read = parts.finish();
		const {framing} = read;
		({waits, isLast} = read);
		state = framing === undefined ? 'idle' : framing.kind === 'tunnel' ? 'tunnel' : 'body';
		body = framing && createBodyReader(framing, parts.limits);
		isUntilClose = framing?.kind === 'until-close';
		return {kind: 'head', head: read.head};
	};

	const readBody = (reader: BodyReader): MessageStep<Head> | undefined => {
		const step = reader.read(input, at);
		at = step.at;
		if (step.data) {
			return {kind: 'data', data: step.data};
		}

		const trailers = reader.trailers() ?? (isEnded && isUntilClose ? [] : undefined);
		if (!trailers) {
			return missing(true);
		}

		state = waits ? 'waiting' : isLast ? 'done' : 'idle';
		body = undefined;
		return {kind: 'end', trailers};
	};

	/** Bytes are missing: that is a defect when no more come. */
	const missing = (isWithin: boolean): undefined => {
		if (isEnded && isWithin) {
			throw new Refused(400, 'the connection ended in the middle of a message');
		}
	};

	const step = (): MessageStep<Head> | undefined => {
		if (state === 'idle' || state === 'head') {
			return readHead();
		}

		return state === 'body' && body ? readBody(body) : undefined;
	};

	return {
		push: bytes => {
			if (state === 'refused' || state === 'done') {
				return;
			}

			input = at === input.length ? bytes : Buffer.concat([input.subarray(at), bytes]);
			at = 0;
		},
		end: () => {
			isEnded = true;
		},
		next: () => {
			try {
				return step();
			} catch (error) {
				if (!(error instanceof Refused)) {
					throw error;
				}

				state = 'refused';
				return {kind: 'refused', refusal: {status: parts.statusOf(error), reason: error.message}};
			}
		},
		state: () => state,
		goOn: () => {
			if (state === 'waiting') {
				state = isLast ? 'done' : 'idle';
			}
		},
		takeRest: () => {
			const rest = input.subarray(at);
			input = nothing;
			at = 0;
			return rest;
		},
	};
};
