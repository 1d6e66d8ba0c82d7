// Keeps todos in the database, as the project's own does.
import http from 'node:http';
import net from 'node:net';
import {text} from 'node:stream/consumers';

const ask = command =>
	new Promise((resolve, reject) => {
		const socket = net.connect(27_017, 'mongo', () => socket.end(`${command}\n`));
		socket.on('error', reject);
		text(socket).then(resolve, reject);
	});

http
	.createServer(async (request, response) => {
		try {
			const body = await text(request);
			response.end(await ask(request.method === 'POST' ? `insert ${body}` : 'find'));
		} catch (error) {
			response.writeHead(500).end(String(error));
		}
	})
	.listen(3000);
