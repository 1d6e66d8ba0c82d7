// Listens for TLS connections that are not for itself: reads which server is meant, and hands the connection on as if untouched.
import type {Socket} from 'node:net';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import {readServerName} from '../dataplane/read-server-name.ts';
import {openPlainListener, type PlainListener} from './plain-listener.ts';

export interface ServerNameListenerParts {
	readonly port: number;
	readonly clock: Clock;
	/** The socket is paused, half-open, and has given up none of its bytes. */
	readonly onConnection: (socket: Socket, name: string) => void;
	readonly onRefused: (socket: Socket, reason: string) => void;
}

const patience = ms(10_000);

/** Starts to listen at every IPv4 address. Rejects when the port is taken. */
export const openServerNameListener = (parts: ServerNameListenerParts): Promise<PlainListener> =>
	openPlainListener(parts.port, socket => awaitName(socket, parts));

const awaitName = (socket: Socket, {clock, onConnection, onRefused}: ServerNameListenerParts): void => {
	let bytes = Buffer.alloc(0);
	const finish = (): void => {
		cancel();
		socket.off('data', look).off('end', onEnd).off('close', cancel);
		socket.pause();
	};

	const refuse = (reason: string): void => {
		finish();
		onRefused(socket, reason);
		socket.destroy();
	};

	const look = (piece: Buffer): void => {
		bytes = Buffer.concat([bytes, piece]);
		const read = readServerName(bytes);
		switch (read.kind) {
			case 'more':
				break;
			case 'bad':
				refuse(read.reason);
				break;
			case 'name':
				finish();
				socket.unshift(bytes);
				onConnection(socket, read.name);
				break;
		}
	};

	const onEnd = (): void => refuse('it ended before it named a server');
	const cancel = clock.after(patience, () => refuse('it did not name a server in time'));
	socket.on('data', look).on('end', onEnd).on('close', cancel);
};
