// Bytes of a server → replies. How a reply is read depends on what was asked. Source: RFC 9112, 6.3.
import type {Headers} from '../http/headers.ts';
import {readConnection} from './connection-options.ts';
import {readFraming} from './content-framing.ts';
import {type Facts, factsOf} from './facts.ts';
import {type Framing, noBody, tunnel, untilClose} from './framing.ts';
import type {Http1Limits} from './limits.ts';
import {createMessageReader, type MessageReader, type ReadHead} from './message-reader.ts';
import {Refused} from './refused.ts';
import {createSection} from './section.ts';
import {readStatusLine, type StatusLine} from './start-lines.ts';

export interface IncomingReplyHead extends StatusLine {
	readonly headers: Headers;
	/** Undefined for an interim reply (1xx but 101): the next head answers the same request. */
	readonly framing: Framing | undefined;
	/** Whether the connection may be used for another request after this one. */
	readonly keepAlive: boolean;
	/** The protocol that the server has changed to, with 101 only. */
	readonly upgrade: string | undefined;
}

/** What was asked, as far as it matters to the answer. */
export interface Asked {
	readonly method: string;
	/** The protocols that the request offered to change to, by commas. */
	readonly upgrade?: string;
}

export interface ReplyReader extends MessageReader<IncomingReplyHead> {
	/** Says that a request was sent; replies come in the order of requests. A reply that nobody asked for is refused. */
	readonly expect: (asked: Asked) => void;
}

/** Creates a reader. Refusals have the status 502, whatever is wrong. */
export const createReplyReader = ({limits}: {readonly limits: Http1Limits}): ReplyReader => {
	const asked: Asked[] = [];
	let line: StatusLine | undefined;
	let interim = 0;
	const section = createSection({
		bytes: limits.headBytes,
		fieldBytes: limits.fieldBytes,
		fields: limits.headFields,
		name: 'the head',
		start: {
			bytes: limits.startLineBytes,
			emptyLines: 0,
			read: (text, from, to) => {
				line = readStatusLine(text, from, to);
			},
		},
	});

	const finish = (): ReadHead<IncomingReplyHead> => {
		const headers = section.take();
		const status = line as StatusLine;
		const facts = factsOf(headers);
		const framing = frameReply(status, facts, asked[0] as Asked, limits.bodyBytes);
		const options = readConnection(facts, status.minorVersion);
		const keepAlive = options.keepAlive && framing !== untilClose;
		const upgrade = status.status === 101 ? facts.upgrade : undefined;
		if (framing === undefined) {
			if (++interim > limits.interimReplies) {
				throw new Refused(400, `more than ${limits.interimReplies} interim replies came`);
			}
		} else {
			asked.shift();
			interim = 0;
		}

		const head = {...status, headers, framing, keepAlive, upgrade};
		return {head, framing, waits: false, isLast: !keepAlive};
	};

	return {
		...createMessageReader({
			limits,
			section,
			begin: () => {
				if (asked.length === 0) {
					throw new Refused(400, 'a reply came that nobody had asked for');
				}
			},
			finish,
			statusOf: () => 502,
		}),
		expect: request => {
			asked.push(request);
		},
	};
};

const frameReply = (
	{status, minorVersion}: StatusLine,
	facts: Facts,
	{method, upgrade = ''}: Asked,
	bodyBytes: number,
): Framing | undefined => {
	if (method === 'CONNECT' && status >= 200 && status < 300) {
		return tunnel;
	}

	// Of HEAD and 304 the length is that of a body which does not come.
	const isBodiless = method === 'HEAD' || status === 304;
	const framing = readFraming(facts, minorVersion, isBodiless ? Number.POSITIVE_INFINITY : bodyBytes);
	if (status < 200 || status === 204) {
		if (framing !== undefined && !(framing.kind === 'length' && framing.bytes === 0)) {
			throw new Refused(400, `a reply with status ${status} has a body`);
		}
	}

	if (status === 101) {
		checkUpgrade(facts, upgrade);
		return tunnel;
	}

	if (status < 200) {
		return undefined;
	}

	return isBodiless || status === 204 ? noBody : (framing ?? untilClose);
};

const checkUpgrade = (facts: Facts, offered: string): void => {
	const {upgrade} = readConnection(facts, 1);
	const names = offered.toLowerCase().split(/[ \t]*,[ \t]*/);
	if (upgrade === undefined || !names.includes(upgrade.toLowerCase())) {
		throw new Refused(400, 'the server changes to a protocol that nobody had asked for');
	}
};
