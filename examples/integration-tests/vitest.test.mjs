import {startMesh} from 'devmesh/testing';
import {afterAll, beforeAll, expect, test} from 'vitest';

let mesh;
beforeAll(async () => {
	mesh = await startMesh(new URL('mesh.config.yaml', import.meta.url).pathname);
}, 60_000);
afterAll(() => mesh?.stop());

test('an order is paid', async () => {
	expect((await mesh.fetch('orders', '/', {method: 'POST'})).status).toBe(201);
});

test('a payment that fails is tried twice', async () => {
	const before = await mesh.requests({from: 'orders', to: 'payments'});
	await mesh.fault({to: 'payments', abort: {status: 503}}, async () => {
		expect((await mesh.fetch('orders', '/', {method: 'POST'})).status).toBe(502);
	});
	const calls = await mesh.requests({from: 'orders', to: 'payments'});
	expect(calls.slice(before.length)).toMatchObject([{status: 503, attempts: 2, flags: 'FI,URX'}]);
});
