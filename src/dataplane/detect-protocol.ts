// Tells HTTP from anything else by the first bytes of a connection, for services that do not say what they speak.
import type {Socket} from 'node:net';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';

export interface Detected {
	/** `silent`: the client has said nothing yet, and may wait for the server to speak first. */
	readonly protocol: 'http' | 'tcp' | 'silent';
	/** What was read on the way. */
	readonly first?: Buffer;
}

/** How long a client may keep silent: then its server is dialled, in case that it speaks first. Istio's protocol sniffing waits as long. */
export const silence = ms(100);

/** Looks at the first bytes of a connection; calls back once, unless it ends before. */
export const detectProtocol = (socket: Socket, clock: Clock, onKnown: (detected: Detected) => void): void => {
	const leave = (): void => {
		cancel();
		socket.off('data', onData);
		socket.off('close', leave);
		socket.off('end', onEnd);
	};

	const finish = (detected: Detected): void => {
		leave();
		socket.pause();
		onKnown(detected);
	};

	const onData = (first: Buffer): void => finish({protocol: isHttp(first) ? 'http' : 'tcp', first});
	// Who says nothing and will say nothing may still want to hear.
	const onEnd = (): void => finish({protocol: 'tcp'});
	const cancel = clock.after(silence, () => finish({protocol: 'silent'}));
	socket.once('data', onData);
	socket.once('close', leave);
	socket.once('end', onEnd);
};

// A request line: a method and a target. Source: RFC 9112, 3. HTTP/2's preface (`PRI *`) is passed through unread.
const requestLine = /^(?!PRI )[A-Z][A-Z-]{1,30} (?:\/|\*|https?:\/\/|[\w.-]+:\d)/;

/** Tells whether bytes begin a request of HTTP/1. */
export const isHttp = (bytes: Buffer): boolean => requestLine.test(bytes.toString('latin1', 0, 64));
