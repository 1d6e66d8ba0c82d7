import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import {createApiClient} from '../../src/admin/api-client.ts';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import {createMemoryMesh, serveMesh} from '../support/memory-mesh.ts';

/** Listens in the place of an API. */
const listen = async (t: ExecutionContext, answer: Parameters<typeof createServer>[1]): Promise<string> => {
	const server = createServer(answer ?? (() => {}));
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

test('when nobody listens, every call says that the mesh is not running', async t => {
	const {api, client} = await serveMesh(t, createMemoryMesh().door);
	await api.stop();
	const calls = [
		client.status(),
		client.reload(),
		client.down(),
		client.events(new AbortController().signal).next(),
		client.logs({lines: 1, follow: false}, new AbortController().signal).next(),
	];
	for (const call of calls) {
		const error = await t.throwsAsync(call, {code: 'DM6010'});
		t.like(error, {
			message: 'the mesh is not running: nobody answers at its address',
			remedy: 'Start it with `devmesh up`; if it runs, its control plane is being started again.',
		});
	}
});

test('a wrong token is told as the API tells it', async t => {
	const {api} = await serveMesh(t, createMemoryMesh().door);
	await t.throwsAsync(createApiClient({url: api.url, token: 'wrong'}).status(), {code: 'DM6001'});
});

test('whoever answers instead of the mesh is not mistaken for it', async t => {
	const answers: Readonly<Record<string, readonly [number, string]>> = {
		'a page': [200, '<html>'],
		'an error page': [502, '<html>'],
		'JSON of another shape': [500, '{"error":"no"}'],
		nothing: [404, ''],
	};
	for (const [name, [status, body]] of Object.entries(answers)) {
		const url = await listen(t, (_request, response) => response.writeHead(status).end(body));
		await t.throwsAsync(createApiClient({url, token: 'x'}).status(), {code: 'DM6011'}, name);
	}
});

test('the token is not carried elsewhere by a redirect', async t => {
	let asked = 0;
	const elsewhere = await listen(t, (_request, response) => {
		asked++;
		response.end('{}');
	});
	const url = await listen(t, (_request, response) => response.writeHead(307, {location: elsewhere}).end());
	await t.throwsAsync(createApiClient({url, token: 'x'}).status(), {code: 'DM6010'});
	t.is(asked, 0);
});

test('an API that hangs is given up after 10 seconds', async t => {
	const clock = createManualClock();
	let arrive = () => {};
	const arrived = new Promise<void>(resolve => {
		arrive = resolve;
	});
	const url = await listen(t, () => arrive());
	const status = t.throwsAsync(createApiClient({url, token: 'x'}, {clock}).status(), {
		code: 'DM6019',
		message: 'the control plane has not answered within 10 s',
	});
	await arrived;
	await clock.advance(ms(10_000));
	await status;
	t.is(clock.pending(), 0);
});

test('events end without an error when the control plane is killed in the middle of one', async t => {
	const url = await listen(t, (_request, response) => {
		response.writeHead(200, {'content-type': 'text/event-stream'});
		response.write('data: {"kind":"stopping"}\n\ndata: {"kind":"not', () => response.destroy());
	});
	const events = createApiClient({url, token: 'x'}).events(new AbortController().signal);
	t.deepEqual((await events.next()).value, {kind: 'stopping'});
	t.true((await events.next()).done);
});
