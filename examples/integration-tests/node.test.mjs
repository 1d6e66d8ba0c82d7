import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {startMesh} from 'devmesh/testing';

let mesh;
before(async () => {
	mesh = await startMesh(new URL('mesh.config.yaml', import.meta.url).pathname);
});
after(() => mesh?.stop());

test('an order is paid', async () => {
	assert.equal((await mesh.fetch('orders', '/', {method: 'POST'})).status, 201);
});

test('trouble for one request leaves the others alone', async () => {
	const fault = {
		to: 'payments',
		abort: {status: 503, percent: 100},
		match: [{headers: {'x-request-id': {exact: 'poor'}}}],
	};
	await mesh.fault(fault, async () => {
		const poor = await fetch(`${mesh.url('payments')}/charge`, {method: 'POST', headers: {'x-request-id': 'poor'}});
		assert.equal(poor.status, 503);
		assert.equal((await mesh.fetch('orders', '/', {method: 'POST'})).status, 201);
	});
});
