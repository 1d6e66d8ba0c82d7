// A backend that answers with bytes that it was given, whatever they are.
import {once} from 'node:events';
import {type AddressInfo, createServer} from 'node:net';

export interface Actor {
	readonly port: number;
	/** Gives the path at which these bytes are the reply. */
	readonly play: (text: string) => string;
	readonly stop: () => Promise<void>;
}

/** Starts it at a free port of loopback. It ends the connection behind each reply. */
export const startActor = async (): Promise<Actor> => {
	const plays: string[] = [];
	const server = createServer(socket => {
		socket.setEncoding('latin1');
		socket.on('error', () => {});
		socket.once('data', request => {
			const [, number] = /^GET \/(\d+) /.exec(String(request)) ?? [];
			socket.end(plays[Number(number)] ?? '', 'latin1');
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		play: text => `/${plays.push(text) - 1}`,
		stop: async () => {
			server.close();
			await once(server, 'close');
		},
	};
};
