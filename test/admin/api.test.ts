import http from 'node:http';
import test from 'ava';
import type {MeshDoor} from '../../src/admin/mesh-door.ts';
import {createMemoryMesh, serveMesh} from '../support/memory-mesh.ts';

const fault = {to: 'api', delay: {duration: '2s'}};

const post = (url: string, token: string, body: string, type: string | undefined) =>
	fetch(url, {
		method: 'POST',
		headers: {authorization: `Bearer ${token}`, ...(type !== undefined && {'content-type': type})},
		body: new TextEncoder().encode(body),
	});

test('a fault is added, listed and cleared', async t => {
	const mesh = createMemoryMesh();
	const {client} = await serveMesh(t, mesh.door);
	t.like(await client.addFault(fault), {id: 'f1', to: 'api'});
	await client.addFault(fault);
	t.deepEqual(mesh.sent, [fault, fault]);
	t.deepEqual(
		(await client.faults()).map(({id}) => id),
		['f1', 'f2'],
	);
	t.is(await client.clearFaults('f1'), 1);
	await t.throwsAsync(client.clearFaults('f1'), {code: 'DM6006', message: 'there is no added fault "f1"'});
	t.is(await client.clearFaults(), 1);
});

test('a fault that the mesh refuses comes back with the finding and the remedy', async t => {
	const {client} = await serveMesh(
		t,
		createMemoryMesh({
			door: {
				addFault: async () => ({
					fault: undefined,
					diagnostics: [
						{
							code: 'DM2001',
							severity: 'error',
							place: {file: 'fault', line: 1, column: 1},
							length: 1,
							finding: 'there is no service "rattings"',
							remedy: 'Did you mean ratings?',
						},
					],
				}),
			},
		}).door,
	);
	const error = await t.throwsAsync(client.addFault({to: 'rattings'}), {code: 'DM2001'});
	t.like(error, {message: 'there is no service "rattings"', remedy: 'Did you mean ratings?'});
});

test('what is no JSON is refused with 400, what is not said to be with 415', async t => {
	const mesh = createMemoryMesh();
	const {api, token} = await serveMesh(t, mesh.door);
	const url = `${api.url}/api/v1/faults`;
	const tries: readonly (readonly [string, string | undefined, number, string])[] = [
		['{"to": ', 'application/json', 400, 'DM6004'],
		['', 'application/json', 400, 'DM6004'],
		['\u0000\u0001', 'application/json; charset=utf-8', 400, 'DM6004'],
		[JSON.stringify(fault), 'text/plain', 415, 'DM6018'],
		[JSON.stringify(fault), 'application/x-www-form-urlencoded', 415, 'DM6018'],
		[JSON.stringify(fault), 'application/jsonp', 415, 'DM6018'],
		[JSON.stringify(fault), undefined, 415, 'DM6018'],
	];
	for (const [body, type, status, code] of tries) {
		const reply = await post(url, token, body, type);
		t.is(reply.status, status, `${type} ${body}`);
		t.like(await reply.json(), {code});
	}

	t.deepEqual(mesh.sent, []);
});

/** Uploads 10 MB to a path of the API. Gives the reply, whatever became of the rest of the upload. */
const upload = (url: string, token: string, headers: http.OutgoingHttpHeaders) =>
	new Promise<{readonly status: number | undefined; readonly text: string}>(resolve => {
		const request = http.request(url, {
			method: 'POST',
			headers: {authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers},
		});
		// What is refused early may find its connection closed while it still sends.
		request.on('error', () => {});
		request.on('response', async response => {
			response.on('error', () => {});
			let text = '';
			response.setEncoding('utf8').on('data', chunk => {
				text += chunk;
			});
			response.on('close', () => resolve({status: response.statusCode, text}));
		});
		for (let sent = 0; sent < 10; sent++) {
			request.write('x'.repeat(1024 * 1024));
		}

		request.end();
	});

test('a body of 10 MB is refused with 413, whether its length is told or not', async t => {
	const mesh = createMemoryMesh();
	const {api, token} = await serveMesh(t, mesh.door);
	for (const headers of [{'content-length': 10 * 1024 * 1024}, {'transfer-encoding': 'chunked'}]) {
		const {status, text} = await upload(`${api.url}/api/v1/faults`, token, headers);
		t.is(status, 413);
		t.like(JSON.parse(text), {code: 'DM6008', message: 'the body is longer than 1048576 bytes'});
	}

	t.deepEqual(mesh.sent, []);
});

test('a body of 10 MB is refused, also where no body is wanted', async t => {
	const mesh = createMemoryMesh();
	const {api, token} = await serveMesh(t, mesh.door);
	const {status} = await upload(`${api.url}/api/v1/reload`, token, {'content-length': 10 * 1024 * 1024});
	t.is(status, 413);
	t.deepEqual(mesh.calls, []);
});

test('paths, services, instances and sidecars that do not exist are refused with 404', async t => {
	const {api, token, client} = await serveMesh(t, createMemoryMesh().door);
	const reply = await fetch(`${api.url}/api/v1/nothing`, {headers: {authorization: `Bearer ${token}`}});
	t.is(reply.status, 404);
	t.like(await reply.json(), {code: 'DM6007', message: 'the API has no GET /api/v1/nothing'});
	await t.throwsAsync(client.routes('nobody'), {code: 'DM6006', message: 'there is no service "nobody"'});
	await t.throwsAsync(client.restartSidecar('nobody-1'), {code: 'DM6006', message: 'there is no sidecar "nobody-1"'});
	await t.throwsAsync(client.restart('nobody'), {code: 'DM6006', message: 'there is no service or instance "nobody"'});
	await t.throwsAsync(client.logs({service: 'nobody', lines: 1, follow: false}, new AbortController().signal).next(), {
		code: 'DM6006',
		message: 'there is no service or instance "nobody"',
	});
});

test('names with slashes, spaces and line breaks reach the mesh as they are', async t => {
	const mesh = createMemoryMesh();
	const {client} = await serveMesh(t, mesh.door);
	await t.throwsAsync(client.restartSidecar('../down'), {code: 'DM6006'});
	await t.throwsAsync(client.restartSidecar('a b\n%2F'), {code: 'DM6006'});
	t.deepEqual(mesh.calls, ['restart ../down', 'restart a b\n%2F']);
});

test('a defect is told as one, and written to the log with its stack', async t => {
	const status: MeshDoor['status'] = () => {
		throw new TypeError('no such luck');
	};
	const {client, logged} = await serveMesh(t, createMemoryMesh({door: {status}}).door);
	await t.throwsAsync(client.status(), {code: 'DM6005', message: 'the control plane failed at it: no such luck'});
	t.is(logged.length, 1);
	t.regex(logged[0] ?? '', /"path":"\/api\/v1\/status".*TypeError: no such luck.*api\.test/);
});

test('reload, plan, down and restart are handed on', async t => {
	const mesh = createMemoryMesh();
	const {client} = await serveMesh(t, mesh.door);
	t.like(await client.reload(), {revision: 8, accepted: true});
	t.deepEqual((await client.plan()).lines, ['restart web-1: its settings changed']);
	await client.restartSidecar('web-1');
	t.deepEqual(await client.restart('web'), {instances: ['web-1'], failures: []});
	await client.down();
	t.deepEqual(mesh.calls, ['reload', 'plan', 'restart web-1', 'restart web anew', 'down']);
});

test('log lines come as they are, of one service, of its end', async t => {
	const logs = [
		{instance: 'web-1', line: 'one'},
		{instance: 'api-1', line: 'two "quoted" \u001B[31mred\u001B[0m ü'},
		{instance: 'api-1', line: 'three'},
	];
	const {client} = await serveMesh(t, createMemoryMesh({logs}).door);
	const read = (options: {service?: string; lines: number}) =>
		readAll(client.logs({...options, follow: false}, new AbortController().signal));
	t.deepEqual(await read({lines: 100}), logs);
	t.deepEqual(await read({lines: 1, service: 'api'}), logs.slice(2));
	t.deepEqual(await read({lines: 0}), []);
});

const readAll = async <Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> => {
	const all: Value[] = [];
	for await (const value of values) {
		all.push(value);
	}

	return all;
};

test('a query that makes no sense is refused', async t => {
	const {api, token} = await serveMesh(t, createMemoryMesh().door);
	for (const query of ['lines=-1', 'lines=many', 'lines=1e9', 'lines=100001', 'lines=1.5', 'follow=perhaps']) {
		const reply = await fetch(`${api.url}/api/v1/logs?${query}`, {headers: {authorization: `Bearer ${token}`}});
		t.is(reply.status, 400, query);
		t.like(await reply.json(), {code: 'DM6004'});
	}
});
