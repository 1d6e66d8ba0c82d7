import {createHash, randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {Agent, createServer, type IncomingMessage, request} from 'node:http';
import {type AddressInfo, connect} from 'node:net';
import {buffer, text} from 'node:stream/consumers';
import {setImmediate} from 'node:timers/promises';
import test from 'ava';
import {createBodyWriter} from '../../src/http1/body-writer.ts';
import {defaultLimits} from '../../src/http1/limits.ts';
import {createReplyReader} from '../../src/http1/reply-reader.ts';
import {writeRequestHead} from '../../src/http1/write-head.ts';
import {startEchoServer} from './support/echo-server.ts';

const startEcho = async (t: {teardown: (stop: () => Promise<void>) => void}) => {
	const server = await startEchoServer();
	t.teardown(server.stop);
	return server;
};

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('a client of node:http is answered on one connection, with large bodies and trailers, and held back while it does not read', async t => {
	const server = await startEcho(t);
	const agent = new Agent({keepAlive: true, maxSockets: 1});
	t.teardown(() => agent.destroy());
	// More than the system keeps for both ends: the server must wait until it is read.
	const body = randomBytes(32 * 1024 * 1024);
	for (const isChunked of [false, true]) {
		const headers = isChunked ? {trailer: 'x-sum'} : {'content-length': body.length};
		const holds = server.holds();
		const sent = request({port: server.port, method: 'POST', path: '/a?b', agent, headers});
		const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
		if (isChunked) {
			sent.addTrailers({'x-sum': '7'});
		}

		sent.end(body);
		const [response] = await answered;
		while (server.holds() === holds) {
			await setImmediate();
		}

		t.is(response.headers['x-path'], '/a');
		t.is(hashOf(await buffer(response)), hashOf(body));
		t.deepEqual(response.trailers, isChunked ? {'x-sum': '7'} : {});
		t.is(sent.reusedSocket, isChunked);
	}
});

test('a client that waits for 100 hears it before the reply', async t => {
	const {port} = await startEcho(t);
	const sent = request({port, method: 'POST', headers: {expect: '100-continue', 'content-length': 3}, agent: false});
	const answered = once(sent, 'response');
	sent.flushHeaders();
	await once(sent, 'continue');
	sent.end('abc');
	const [response] = await answered;
	t.is(await text(response), 'abc');
});

test('requests that come at once are answered in their order; what is refused is answered, and the connection closed', async t => {
	const {port} = await startEcho(t);
	const socket = connect({port, host: '127.0.0.1'});
	const post = (body: string): string =>
		`POST /${body} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
	socket.write(`${post('one')}${post('two')}GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n${post('three')}`);
	t.is(
		await text(socket),
		'HTTP/1.1 200 OK\r\nx-path: /one\r\ncontent-length: 3\r\n\r\none' +
			'HTTP/1.1 200 OK\r\nx-path: /two\r\ncontent-length: 3\r\n\r\ntwo' +
			'HTTP/1.1 400 Host is given more than once\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
	);
});

test('behind an upgrade the bytes pass as they are, those that came too early included', async t => {
	const {port} = await startEcho(t);
	const socket = connect({port, host: '127.0.0.1'});
	socket.end('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n\0GET / early');
	t.is(await text(socket), 'HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n\0GET / early');
});

test('a server of node:http is asked, twice on one connection', async t => {
	const server = createServer((incoming, response) => {
		response.writeHead(201, {trailer: 'x-sum', 'x-method': incoming.method ?? ''});
		incoming.pipe(response, {end: false});
		incoming.on('end', () => {
			response.addTrailers({'x-sum': '1'});
			response.end();
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => server.close());
	const {port} = server.address() as AddressInfo;

	const socket = connect({port, host: '127.0.0.1'});
	t.teardown(() => socket.destroy());
	const reader = createReplyReader({limits: defaultLimits});
	for (const piece of ['first', 'second']) {
		reader.expect({method: 'PUT'});
		const framing = {kind: 'chunked'} as const;
		socket.write(writeRequestHead({method: 'PUT', target: '/', headers: ['Host', 'a'], framing}), 'latin1');
		const writer = createBodyWriter(framing, bytes => socket.write(bytes));
		writer.write(Buffer.from(piece));
		writer.end([]);

		const kinds = new Set<string>();
		let body = '';
		for (let step = reader.next(); step?.kind !== 'end'; step = reader.next()) {
			if (!step) {
				const [bytes] = await once(socket, 'data');
				reader.push(bytes);
				continue;
			}

			kinds.add(step.kind);
			body += step.kind === 'data' ? step.data.toString() : '';
		}

		t.is(body, piece);
		t.deepEqual([...kinds], ['head', 'data']);
		t.is(reader.state(), 'idle');
	}
});
