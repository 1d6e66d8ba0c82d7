// Whether a hop really asks for certificates: without them it would be faster, and nobody would notice.
import {connect} from 'node:tls';

/** Throws when a client without a certificate gets a reply with 200. */
export const mustRefuseStrangers = async (name: string, port: number): Promise<void> => {
	const answer = await new Promise<string>(resolve => {
		const socket = connect({port, host: '127.0.0.1', rejectUnauthorized: false}, () => {
			socket.write('GET /small HTTP/1.1\r\nhost: bench.internal\r\nconnection: close\r\n\r\n');
		});
		socket.once('data', (data: Buffer) => {
			resolve(data.toString('latin1'));
			socket.destroy();
		});
		socket.once('error', () => resolve(''));
		socket.once('close', () => resolve(''));
	});
	if (answer.startsWith('HTTP/1.1 200')) {
		throw new Error(`${name} takes clients without a certificate: its two hops are not what they should be`);
	}
};
