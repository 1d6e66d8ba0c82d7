import {once} from 'node:events';
import http from 'node:http';
import {connect, createServer} from 'node:net';
import {text} from 'node:stream/consumers';
import test from 'ava';
import {WebSocket, WebSocketServer} from 'ws';
import {meshConfig, workload} from '../support/mesh-config.ts';
import {sendRaw} from '../support/raw-http.ts';
import {createScene, listenFor, startApp} from '../support/scene.ts';

const shop = meshConfig({services: [workload('web'), workload('api')]});

test('fields keep their order, case and repetition; those of one hop stay behind', async t => {
	let seen: readonly string[] = [];
	const api = await startApp(t, (request, response) => {
		seen = request.rawHeaders as string[];
		response.writeHead(200, [
			'X-One',
			'1',
			'set-cookie',
			'a=1',
			'Set-Cookie',
			'b=2',
			'Connection',
			'X-Gone',
			'X-Gone',
			'1',
		]);
		response.end('ok');
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const answer = await sendRaw(
		scene.portOf('web-1/outbound:api'),
		'GET / HTTP/1.1\r\nHost: a\r\nX-B: 1\r\nx-a: 2\r\nX-B: 3\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\nx-request-id: r1\r\n\r\n',
	);
	const own = seen.filter(
		(_, index) => !['host', 'connection'].includes(seen[index - (index % 2)]?.toLowerCase() ?? ''),
	);
	t.deepEqual(own.slice(0, 8), ['X-B', '1', 'x-a', '2', 'X-B', '3', 'x-request-id', 'r1']);
	// Those of the trace stand behind the caller's own.
	t.deepEqual(
		own.slice(8).filter((_, index) => index % 2 === 0),
		['traceparent', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled'],
	);
	t.regex(answer, /X-One: 1\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\n/);
	t.notRegex(answer, /X-Gone/);
});

test('a request without an id gets one, the same at every hop', async t => {
	let seen: string | undefined;
	const api = await startApp(t, (request, response) => {
		seen = request.headers['x-request-id'] as string;
		response.end();
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	await fetch(scene.url('web-1', 'api'));
	const outbound = await scene.logged(({direction}) => direction === 'outbound');
	t.is(outbound.requestId, seen ?? '');
	t.is((await scene.logged(({direction}) => direction === 'inbound')).requestId, seen ?? '');
});

test('bodies stream both ways at once', async t => {
	const api = await startApp(t, (request, response) => {
		request.pipe(response);
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const request = http.request(scene.url('web-1', 'api'), {method: 'POST'});
	request.write('one');
	const [response] = (await once(request, 'response')) as [http.IncomingMessage];
	t.is(String(await once(response, 'data')), 'one');
	request.write('two');
	t.is(String(await once(response, 'data')), 'two');
	request.end();
	await once(response, 'end');
});

test('a large body passes whole, and nobody hoards it', async t => {
	const size = 32 * 1024 * 1024;
	const api = await startApp(t, (request, response) => {
		let length = 0;
		request.on('data', (chunk: Buffer) => {
			length += chunk.length;
		});
		request.on('end', () => response.end(String(length)));
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const response = await fetch(scene.url('web-1', 'api'), {method: 'POST', body: new Uint8Array(size)});
	t.is(await response.text(), String(size));
});

test('a reader that is slow slows the writer down', async t => {
	let written = 0;
	const stalled = Promise.withResolvers<void>();
	const api = await startApp(t, (_request, response) => {
		const chunk = Buffer.alloc(64 * 1024);
		const write = () => {
			while (written < 256 * 1024 * 1024) {
				written += chunk.length;
				if (!response.write(chunk)) {
					response.once('drain', write);
					// Nobody reads: after a while, nothing drains any more.
					setTimeout(() => stalled.resolve(), 500);
					return;
				}
			}
		};

		write();
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const socket = connect({port: scene.portOf('web-1/outbound:api'), host: '127.0.0.1'});
	socket.pause();
	socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
	await stalled.promise;
	t.true(written < 64 * 1024 * 1024, `${written} bytes were taken`);
	socket.destroy();
});

test('trailers of a reply pass', async t => {
	const api = await startApp(t, (_request, response) => {
		response.writeHead(200, {trailer: 'x-sum'});
		response.write('body');
		response.addTrailers({'x-sum': '42'});
		response.end();
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const request = http.get(scene.url('web-1', 'api'));
	const [response] = (await once(request, 'response')) as [http.IncomingMessage];
	await text(response);
	t.is(response.trailers['x-sum'], '42');
});

for (const [method, status] of [
	['HEAD', 200],
	['GET', 204],
	['GET', 304],
] as const) {
	test(`${method} with ${status} has no body, and the connection goes on`, async t => {
		const api = await startApp(t, (_request, response) => {
			response.writeHead(status, status === 200 ? {'content-length': '100'} : {});
			response.end();
		});
		const scene = await createScene(t, shop, {apps: {'api-1': api}});
		const line = `${method} / HTTP/1.1\r\nHost: a\r\n`;
		const answer = await sendRaw(scene.portOf('web-1/outbound:api'), `${line}\r\n${line}Connection: close\r\n\r\n`);
		t.is([...answer.matchAll(new RegExp(`HTTP/1.1 ${status}`, 'g'))].length, 2, answer);
	});
}

test('a client that asks before it sends is told to go on', async t => {
	const api = await startApp(t, async (request, response) => {
		response.end(await text(request));
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const request = http.request(scene.url('web-1', 'api'), {
		method: 'POST',
		headers: {expect: '100-continue', 'content-length': '4'},
	});
	request.flushHeaders();
	await once(request, 'continue');
	request.end('body');
	const [response] = (await once(request, 'response')) as [http.IncomingMessage];
	t.is(await text(response), 'body');
});

test('a WebSocket passes both sidecars, in both directions', async t => {
	const server = http.createServer();
	const sockets = new WebSocketServer({server});
	sockets.on('connection', socket => socket.on('message', message => socket.send(`you said ${message}`)));
	const api = await listenFor(t, server);
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const client = new WebSocket(scene.url('web-1', 'api').replace('http:', 'ws:'));
	await once(client, 'open');
	client.send('hello');
	t.is(String((await once(client, 'message'))[0]), 'you said hello');
	client.close();
	await once(client, 'close');
	t.like(await scene.logged(({direction}) => direction === 'outbound'), {status: 101});
});

test('an app that refuses an upgrade says so to the client', async t => {
	const api = await startApp(t, (_request, response) => {
		response.statusCode = 403;
		response.end('no');
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const client = new WebSocket(scene.url('web-1', 'api').replace('http:', 'ws:'));
	const [, response] = (await once(client, 'unexpected-response')) as [unknown, http.IncomingMessage];
	t.is(response.statusCode, 403);
});

test('raw TCP passes over mTLS, ends in one direction first, and is counted', async t => {
	const tcp = meshConfig({services: [workload('web'), workload('db', {protocol: 'tcp'})]});
	const db = await listenFor(
		t,
		createServer({allowHalfOpen: true}, socket => {
			let got = '';
			socket.on('data', chunk => {
				got += chunk;
			});
			socket.on('end', () => socket.end(`got ${got}`));
		}),
	);
	const scene = await createScene(t, tcp, {apps: {'db-1': db}});
	const socket = connect({port: scene.portOf('web-1/outbound:db'), host: '127.0.0.1', allowHalfOpen: true});
	socket.end('all of it');
	t.is(await text(socket), 'got all of it');
	t.like(await scene.logged(({direction}) => direction === 'inbound'), {caller: 'web', protocol: 'tcp', flags: '-'});
	t.like(await scene.logged(({direction}) => direction === 'outbound'), {endpoint: 'db-1', bytesSent: 13});
});

test('a raw connection to nobody is broken off, not ended', async t => {
	const tcp = meshConfig({services: [workload('web'), workload('db', {protocol: 'tcp'})]});
	const scene = await createScene(t, tcp, {apps: {'db-1': 1}, states: {'db-1': 'down'}});
	const socket = connect({port: scene.portOf('web-1/outbound:db'), host: '127.0.0.1'});
	await once(socket, 'close').catch(() => {});
	t.like(await scene.logged(({direction}) => direction === 'outbound'), {flags: 'UH'});
});

for (const [kind, phrase, expected] of [
	['in another script', 'Не найдено', 'Не найдено'],
	['with a control character', 'Not\u0001Found', 'Not Found'],
] as const) {
	test(`a reply with a reason phrase ${kind} reaches the client, and the sidecar lives on`, async t => {
		const api = await listenFor(
			t,
			createServer(socket => {
				socket.once('data', () => socket.end(`HTTP/1.1 404 ${phrase}\r\nContent-Length: 2\r\n\r\nok`));
			}),
		);
		const scene = await createScene(t, shop, {apps: {'api-1': api}});
		const answer = await sendRaw(
			scene.portOf('web-1/outbound:api'),
			'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
		);
		t.is(Buffer.from(answer.split('\r\n', 1)[0] ?? '', 'latin1').toString(), `HTTP/1.1 404 ${expected}`);
		t.true(answer.endsWith('ok'));
	});
}
