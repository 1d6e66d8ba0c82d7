import test from 'ava';
import {startMesh} from 'devmesh/testing';

const config = new URL('mesh.config.yaml', import.meta.url).pathname;

test('an order is paid by one call', async t => {
	await using mesh = await startMesh(config);
	const order = await mesh.fetch('orders', '/', {method: 'POST'});
	t.is(order.status, 201);
	const calls = await mesh.requests({from: 'orders', to: 'payments'});
	t.deepEqual(
		calls.map(({method, path, status}) => [method, path, status]),
		[['POST', '/charge', 200]],
	);
});

test('when payments are slow, the customer is told to come back', async t => {
	await using mesh = await startMesh(config);
	await using _ = await mesh.fault({to: 'payments', delay: {duration: '10s'}});
	const order = await mesh.fetch('orders', '/', {method: 'POST'});
	t.is(order.status, 502);
	t.is(await order.text(), 'no payment: try again later');
});
