import test from 'ava';
import {createMemoryMesh, serveMesh} from '../support/memory-mesh.ts';
import {sendRaw, statusIn} from '../support/raw-http.ts';

const request = (lines: readonly string[], body = ''): string =>
	`${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n${body}`;

test('a name that was rebound to this machine is refused, even with the token', async t => {
	const {port, token} = await serveMesh(t, createMemoryMesh().door);
	for (const host of [
		`evil.example:${port}`,
		'evil.example',
		'127.0.0.1',
		`127.0.0.1.evil.example:${port}`,
		`127.0.0.1:${port + 1}`,
	]) {
		const reply = await sendRaw(
			port,
			request(['GET /api/v1/status HTTP/1.1', `host: ${host}`, `authorization: Bearer ${token}`]),
		);
		t.is(statusIn(reply), 403, host);
		t.regex(reply, /"DM6002"/, host);
	}
});

test('the names of loopback are answered, in whatever case', async t => {
	const {port, token} = await serveMesh(t, createMemoryMesh().door);
	for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`]) {
		const reply = await sendRaw(
			port,
			request(['GET /api/v1/status HTTP/1.1', `host: ${host}`, `authorization: Bearer ${token}`]),
		);
		t.is(statusIn(reply), 200, host);
	}
});

test('a page of another origin is refused, even with the token', async t => {
	const {api, port, token} = await serveMesh(t, createMemoryMesh().door);
	for (const origin of ['http://evil.example', 'null', `https://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`]) {
		const reply = await fetch(`${api.url}/api/v1/down`, {
			method: 'POST',
			headers: {origin, authorization: `Bearer ${token}`},
		});
		t.is(reply.status, 403, origin);
		t.like(await reply.json(), {code: 'DM6003'});
	}

	const own = await fetch(`${api.url}/api/v1/status`, {headers: {origin: api.url, authorization: `Bearer ${token}`}});
	t.is(own.status, 200);
});

test('whoever has no token, or a wrong one, is refused before anything happens', async t => {
	const mesh = createMemoryMesh();
	const {api, token} = await serveMesh(t, mesh.door);
	const tries = [
		undefined,
		'',
		'Bearer',
		'Bearer ',
		`Basic ${token}`,
		token,
		`Bearer ${token}x`,
		`Bearer ${token.slice(1)}`,
	];
	for (const authorization of tries) {
		const reply = await fetch(`${api.url}/api/v1/down`, {
			method: 'POST',
			headers: authorization === undefined ? {} : {authorization},
		});
		t.is(reply.status, 401, authorization);
		const problem = await reply.json();
		t.like(problem, {code: 'DM6001', message: 'the token is missing or wrong'});
		t.false(JSON.stringify(problem).includes(token), 'the refusal does not give the token away');
	}

	t.deepEqual(mesh.calls, []);
});

test('a stranger does not learn which paths exist', async t => {
	const {api} = await serveMesh(t, createMemoryMesh().door);
	for (const path of ['/', '/api/v1/status', '/api/v1/nothing', '/favicon.ico', '/api/v2/status']) {
		t.is((await fetch(api.url + path)).status, 401, path);
	}
});

test('a preflight of a foreign page is refused, so that its browser sends nothing more', async t => {
	const {api} = await serveMesh(t, createMemoryMesh().door);
	const reply = await fetch(`${api.url}/api/v1/faults`, {
		method: 'OPTIONS',
		headers: {origin: 'http://evil.example', 'access-control-request-method': 'POST'},
	});
	t.is(reply.status, 403);
	t.is(reply.headers.get('access-control-allow-origin'), null);
});

test('a request for a foreign address is refused, whatever its host header says', async t => {
	const {port, token} = await serveMesh(t, createMemoryMesh().door);
	const reply = await sendRaw(
		port,
		request([
			'GET http://evil.example/api/v1/status HTTP/1.1',
			`host: 127.0.0.1:${port}`,
			`authorization: Bearer ${token}`,
		]),
	);
	t.is(statusIn(reply), 403, reply);
});

test('a request without a host is refused', async t => {
	const {port, token} = await serveMesh(t, createMemoryMesh().door);
	const one = await sendRaw(port, request(['GET /api/v1/status HTTP/1.1', `authorization: Bearer ${token}`]));
	t.is(statusIn(one), 400);
	const old = await sendRaw(port, request(['GET /api/v1/status HTTP/1.0', `authorization: Bearer ${token}`]));
	t.is(statusIn(old), 400, old);
});
