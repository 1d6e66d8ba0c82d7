// Counts its visits in Redis, as the project's own does, and tells as whom Redis sees it.
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';

const ask = () =>
	new Promise((resolve, reject) => {
		let reply = '';
		const socket = net.connect(6379, 'redis', () => socket.write('INCR numVisits\r\nCLIENT INFO\r\nQUIT\r\n'));
		socket.on('data', chunk => {
			reply += chunk;
		});
		socket.on('end', () => resolve(reply));
		socket.on('error', reject);
	});

http
	.createServer(async (_request, response) => {
		try {
			const reply = await ask();
			const [, visits] = /^:(\d+)/.exec(reply) ?? [];
			const [, client] = / addr=(\S+):\d+/.exec(reply) ?? [];
			response.end(JSON.stringify({host: os.hostname(), visits: Number(visits), client}));
		} catch (error) {
			response.writeHead(500).end(String(error));
		}
	})
	.listen(5000);
