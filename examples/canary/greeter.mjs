// Greets. Version 2 greets better, but every fourth of its answers is an error: the reason why one starts with few.
import http from 'node:http';
import process from 'node:process';

const version = process.env.VERSION ?? 'v1';
let served = 0;

const server = http.createServer((request, response) => {
	if (request.url === '/health') {
		response.end('ok\n');
		return;
	}

	served++;
	if (version === 'v2' && served % 4 === 0) {
		response.writeHead(500);
		response.end('v2: out of greetings\n');
		return;
	}

	response.end(version === 'v2' ? 'v2: good to see you!\n' : 'v1: hello\n');
});

server.listen(Number(process.env.PORT ?? 8000), '127.0.0.1', () => {
	console.log(`greeter ${version} listens on port ${server.address().port}`);
});

process.once('SIGTERM', () => server.close());
