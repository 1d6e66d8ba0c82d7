// Speaks HTTP byte by byte, for what no client would send.
import {connect} from 'node:net';

/** Sends bytes and gives everything that comes back until the other side closes. */
export const sendRaw = (port: number, text: string): Promise<string> =>
	new Promise((resolve, reject) => {
		const socket = connect({port, host: '127.0.0.1'});
		let answer = '';
		socket.setEncoding('latin1');
		socket.on('data', chunk => {
			answer += chunk;
		});
		socket.on('error', reject);
		socket.on('close', () => resolve(answer));
		socket.write(text, 'latin1');
	});

/** The status code of the first reply in a text. */
export const statusIn = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
