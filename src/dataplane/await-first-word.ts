// Finds out who speaks first on a connection whose client kept silent until its server was dialled.
import type {Socket} from 'node:net';
import type {Duplex} from 'node:stream';

/** What the client has said, when it was first; undefined when the server was, or one of them has ended or gone. Nothing of the server's is taken. */
export const awaitFirstWord = (client: Socket, server: Duplex): Promise<Buffer | undefined> =>
	new Promise(resolve => {
		const finish = (first: Buffer | undefined): void => {
			client.off('data', finish).off('end', onOther).off('close', onOther);
			server.off('readable', onOther).off('close', onOther).off('error', onOther);
			client.pause();
			resolve(first);
		};

		const onOther = (): void => finish(undefined);
		client.on('data', finish).on('end', onOther).on('close', onOther);
		server.on('readable', onOther).on('close', onOther).on('error', onOther);
		client.resume();
	});
