// A request as the engine hands it over: our words for what `node:http` read.

import type {Milliseconds} from '../../common/units.ts';
import type {Body} from '../../http/body.ts';
import type {Identity} from '../../http/exchange.ts';
import type {Reply} from '../../http/reply.ts';
import type {RequestHead} from '../../http/request-head.ts';

/** What is known of the connection on which a request came. */
export interface ConnectionInfo {
	/** Address and port of the client. */
	readonly remote: string;
	readonly isSecure: boolean;
	/** Proven by the client's certificate; undefined without one. */
	readonly peer: Identity | undefined;
	/** Of TLS that is passed through: the server that the client asks for. */
	readonly serverName?: string;
}

export interface IncomingRequest {
	readonly head: RequestHead;
	readonly body: Body;
	/** When the head had arrived. */
	readonly startedAt: Milliseconds;
	/** Aborted with a RequestFailure when the client leaves, or is too slow with the body. */
	readonly signal: AbortSignal;
	readonly connection: ConnectionInfo;
	/** Why the request must not be passed on, in a sentence; undefined for one that is unambiguous. */
	readonly defect: string | undefined;
}

/** How the sending of a reply ended. */
export interface ReplyOutcome {
	/** Of the body. */
	readonly bytesSent: number;
	/** What broke it off, when something did. */
	readonly error: Error | undefined;
}

export interface Answer {
	readonly reply: Reply;
	/** Called once, when the reply's last byte was handed to the system, or when it broke off. */
	readonly onEnd: (outcome: ReplyOutcome) => void;
}

/** Answers every request; never rejects. */
export type RequestHandler = (request: IncomingRequest) => Promise<Answer>;
