// Sells tea. Asks stock how much is left; when stock does not answer, it says so and sells all the same.
import http from 'node:http';
import process from 'node:process';

const server = http.createServer(async (request, response) => {
	if (request.url === '/health') {
		response.end('ok\n');
		return;
	}

	const startedAt = performance.now();
	const stock = await askStock();
	response.end(`tea: ${stock} (asked for ${Math.round(performance.now() - startedAt)} ms)\n`);
});

const askStock = async () => {
	try {
		const response = await fetch(`${process.env.STOCK_URL}/tea`);
		return response.ok
			? `${(await response.json()).left} left`
			: `in stock, probably; stock answered ${response.status}`;
	} catch (error) {
		return `in stock, probably; ${error.cause?.message ?? error.message}`;
	}
};

server.listen(Number(process.env.PORT ?? 8000), '127.0.0.1', () => {
	console.log(`shop listens on port ${server.address().port}`);
});

process.once('SIGTERM', () => server.close());
