// Takes orders, and has them paid.
import {createServer} from 'node:http';

createServer(async (request, response) => {
	if (request.url === '/health') {
		response.end('ok');
		return;
	}

	const payment = await fetch(`${process.env.PAYMENTS_URL}/charge`, {method: 'POST'});
	response.statusCode = payment.ok ? 201 : 502;
	response.end(payment.ok ? 'ordered' : 'no payment: try again later');
}).listen(process.env.PORT, '127.0.0.1');
