import {afterAll, beforeAll, expect, test} from '@jest/globals';
import {startMesh} from 'devmesh/testing';

let mesh;
beforeAll(async () => {
	mesh = await startMesh(new URL('mesh.config.yaml', import.meta.url).pathname);
}, 60_000);
afterAll(() => mesh?.stop());

test('an order is paid', async () => {
	expect((await mesh.fetch('orders', '/', {method: 'POST'})).status).toBe(201);
});

test('without payments there are no orders, and with them again there are', async () => {
	const fault = await mesh.fault({to: 'payments', abort: {status: 503}});
	expect((await mesh.fetch('orders', '/', {method: 'POST'})).status).toBe(502);
	await fault.clear();
	expect((await mesh.fetch('orders', '/', {method: 'POST'})).status).toBe(201);
});
