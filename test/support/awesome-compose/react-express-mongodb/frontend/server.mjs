// Passes its calls on to the backend, as the project's own does; /mongo dials the database, which its networks do not allow.
import http from 'node:http';
import net from 'node:net';
import {text} from 'node:stream/consumers';

const dial = () =>
	new Promise(resolve => {
		const socket = net.connect(27_017, 'mongo', () => socket.write('find\n'));
		socket.on('data', chunk => resolve(`answered: ${chunk}`));
		socket.on('error', error => resolve(error.code));
		socket.on('close', () => resolve('closed'));
	});

http
	.createServer(async (request, response) => {
		try {
			if (request.url === '/mongo') {
				response.end(await dial());
			} else {
				const {method, url} = request;
				const body = method === 'POST' ? await text(request) : undefined;
				const reply = await fetch(`http://backend:3000${url}`, {method, body});
				response.writeHead(reply.status).end(await reply.text());
			}
		} catch (error) {
			response.writeHead(500).end(String(error.cause ?? error));
		}
	})
	.listen(3000);
