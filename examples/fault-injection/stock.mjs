// Knows how much is left.
import http from 'node:http';
import process from 'node:process';

const server = http.createServer((request, response) => {
	const isHealth = request.url === '/health';
	response.setHeader('content-type', 'application/json');
	response.end(isHealth ? '"ok"\n' : '{"left":12}\n');
});

server.listen(Number(process.env.PORT ?? 8000), '127.0.0.1', () => {
	console.log(`stock listens on port ${server.address().port}`);
});

process.once('SIGTERM', () => server.close());
