// Finds out for which server a TLS connection is that is passed through unread.
import type {Socket} from 'node:net';
import type {Clock} from '../common/clock.ts';
import {silence} from './detect-protocol.ts';
import {readServerName} from './read-server-name.ts';

/** Reads first bytes until they name a server or never will, and hands them over; calls back once, unless the connection ends before. */
export const awaitHello = (socket: Socket, clock: Clock, onKnown: (first: Buffer) => void): void => {
	let first = Buffer.alloc(0);
	const finish = (): void => {
		cancel();
		socket.off('data', look).off('end', finish).off('close', cancel);
		socket.pause();
		onKnown(first);
	};

	const look = (piece: Buffer): void => {
		first = Buffer.concat([first, piece]);
		if (readServerName(first).kind !== 'more') {
			finish();
		}
	};

	const cancel = clock.after(silence, finish);
	socket.on('data', look).on('end', finish).on('close', cancel);
};

/** Gives the server's name, in lower case; none for a connection that names none, or is no TLS at all: its server judges. */
export const serverNameIn = (first: Buffer): string | undefined => {
	const read = readServerName(first);
	return read.kind === 'name' ? read.name : undefined;
};
