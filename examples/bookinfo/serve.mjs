// What every service of this example has in common: a port, a health check, one log line a request, a graceful end.
import http from 'node:http';
import process from 'node:process';

/**
 * Serves requests at `PORT`. `answer` gets the request and its URL, and returns `{status?, headers?, body}`;
 * a body that is no string is sent as JSON, and nothing at all means 404.
 */
export const serve = (name, answer) => {
	const server = http.createServer(async (request, response) => {
		const url = new URL(`http://localhost${request.url}`);
		const {status = 200, headers = {}, body} = await reply(answer, request, url);
		const isText = typeof body === 'string';
		response.writeHead(status, {
			'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
			// Once the service is stopping, its callers have to look for another connection.
			...(!server.listening && {connection: 'close'}),
			...headers,
		});
		response.end(isText ? body : `${JSON.stringify(body)}\n`);
		if (url.pathname !== '/health') {
			const user = request.headers['end-user'];
			console.log(`${request.method} ${url.pathname} ${status}${user ? ` for ${user}` : ''}`);
		}
	});

	// Only the sidecar beside it calls it, so it listens to nobody else.
	server.listen(Number(process.env.PORT ?? 9080), '127.0.0.1', () => {
		console.log(`${name} listens on port ${server.address().port}`);
	});

	// No new connections; what is under way is answered. Then nothing is left to do, and the process ends by itself.
	process.once('SIGTERM', () => server.close());
};

const reply = async (answer, request, url) => {
	if (url.pathname === '/health') {
		return {body: {status: 'ok'}};
	}

	try {
		return (await answer(request, url)) ?? {status: 404, body: {error: `nothing at ${url.pathname}`}};
	} catch (error) {
		console.error(error);
		return {status: 500, body: {error: error.message}};
	}
};
