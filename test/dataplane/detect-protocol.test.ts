import {once} from 'node:events';
import {type AddressInfo, connect, createServer, type Socket} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import {isHttp} from '../../src/dataplane/detect-protocol.ts';
import type {MeshConfig} from '../../src/model/mesh-config.ts';
import {meshConfig, workload} from '../support/mesh-config.ts';
import {createScene} from '../support/scene.ts';

/** A mesh in which `web` calls `app`, which does not say what it speaks. */
const start = async (
	t: ExecutionContext,
	onConnection: (socket: Socket) => void,
	authorization: MeshConfig['policies']['authorization'] = [],
): Promise<number> => {
	const server = createServer(socket => {
		socket.on('error', () => {});
		onConnection(socket);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => server.close());
	const config = meshConfig({
		services: [workload('web'), workload('app', {protocol: 'auto'})],
		policies: {mtls: 'strict', authorization},
	});
	const scene = await createScene(t, config, {apps: {'app-1': (server.address() as AddressInfo).port}});
	return scene.portOf('web-1/outbound:app');
};

const textOf = async (socket: Socket): Promise<string> => {
	let text = '';
	socket.setEncoding('utf8');
	for await (const chunk of socket) {
		text += chunk;
	}

	return text;
};

test('a server that speaks first is heard by a client that waits for it', async t => {
	const port = await start(t, socket => {
		socket.write('220 mail ready\r\n');
		socket.once('data', chunk => socket.end(`250 ${chunk}`));
	});
	const socket = connect(port, '127.0.0.1');
	t.teardown(() => socket.destroy());
	const [greeting] = (await once(socket, 'data')) as [Buffer];
	t.is(String(greeting), '220 mail ready\r\n');
	socket.end('EHLO web\r\n');
	t.is(await textOf(socket), '250 EHLO web\r\n');
});

test('a client that speaks first, and no HTTP, is passed on byte for byte', async t => {
	const port = await start(t, socket => {
		socket.once('data', chunk => socket.end(chunk));
	});
	const socket = connect(port, '127.0.0.1');
	t.teardown(() => socket.destroy());
	socket.write(Buffer.from([0x2a, 0x31, 0x0d, 0x0a, 0xff, 0x00]));
	const [answer] = (await once(socket, 'data')) as [Buffer];
	t.deepEqual([...answer], [0x2a, 0x31, 0x0d, 0x0a, 0xff, 0x00]);
});

test('HTTP is taken as HTTP, request for request', async t => {
	const port = await start(t, socket => {
		socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'));
	});
	const response = await fetch(`http://127.0.0.1:${port}/`);
	t.is(response.status, 200);
	t.is(await response.text(), 'hi');
	t.truthy(
		response.headers.get('date') ?? response.headers.get('x-request-id') ?? response.headers.get('content-length'),
	);
});

test('HTTP is taken as HTTP from a client that connects long before it asks', async t => {
	const connected = Promise.withResolvers<void>();
	const seen: string[] = [];
	const port = await start(t, socket => {
		connected.resolve();
		socket.on('data', piece => {
			seen.push(String(piece));
			socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi');
		});
	});
	const socket = connect(port, '127.0.0.1');
	t.teardown(() => socket.destroy());
	// It is long silent by now: perhaps the server wanted to speak first.
	await connected.promise;
	for (const path of ['/one', '/two']) {
		socket.write(`GET ${path} HTTP/1.1\r\nhost: app\r\n\r\n`);
		const [reply] = (await once(socket, 'data')) as [Buffer];
		t.regex(String(reply), /^HTTP\/1\.1 200 OK\r\n/);
	}

	t.regex(seen[0] ?? '', /^GET \/one HTTP\/1\.1\r\n(?:.+\r\n)*x-request-id: /i);
	t.regex(seen[1] ?? '', /^GET \/two HTTP\/1\.1\r\n(?:.+\r\n)*x-request-id: /i);
});

test('a client that is long silent and then speaks no HTTP is passed on; one that says no more is heard out', async t => {
	const connected = Promise.withResolvers<void>();
	const port = await start(t, socket => {
		connected.resolve();
		let text = '';
		socket.setEncoding('utf8');
		socket.on('data', piece => {
			text += piece;
		});
		socket.on('end', () => socket.end(`heard ${text}`));
	});
	for (const said of ['PING', '']) {
		const socket = connect({port, host: '127.0.0.1', allowHalfOpen: true});
		t.teardown(() => socket.destroy());
		await connected.promise;
		socket.end(said);
		t.is(await textOf(socket), `heard ${said}`);
	}
});

test('a server that leaves a silent client without a word ends its connection', async t => {
	const port = await start(t, socket => socket.end());
	const socket = connect(port, '127.0.0.1');
	t.teardown(() => socket.destroy());
	t.is(await textOf(socket), '');
});

test('what is no request, though an app might take it for one, is refused where only some paths are allowed', async t => {
	const seen: string[] = [];
	const answer = (socket: Socket): void => {
		socket.on('data', piece => {
			seen.push(String(piece).split('\r\n', 1)[0] ?? '');
			socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
		});
	};

	const allow = [{from: ['web'], paths: [{kind: 'prefix', value: '/'}]}] as const;
	const port = await start(t, answer, [{to: 'app', allow, place: {file: 'mesh.config.yaml', line: 1, column: 1}}]);
	const socket = connect(port, '127.0.0.1');
	t.teardown(() => socket.destroy());
	const closed = new Promise(resolve => socket.once('close', resolve));
	socket.on('error', () => {});
	socket.write('get /secret HTTP/1.1\r\nhost: app\r\n\r\n');
	await closed;
	t.is((await fetch(`http://127.0.0.1:${port}/open`)).status, 200);
	t.deepEqual(seen, ['GET /open HTTP/1.1']);
});

test('what begins a request is told from what does not', t => {
	for (const line of [
		'GET / HTTP/1.1',
		'OPTIONS * HTTP/1.1',
		'POST http://a/b HTTP/1.1',
		'CONNECT a:443 HTTP/1.1',
		'M-SEARCH * HTTP/1.1',
	]) {
		t.true(isHttp(Buffer.from(line)), line);
	}

	for (const line of [
		'PRI * HTTP/2.0',
		'EHLO a',
		'PING\r\n',
		'*1\r\n$4\r\nPING',
		'\x16\x03\x01',
		'USER me',
		'get / HTTP/1.1',
		'',
	]) {
		t.false(isHttp(Buffer.from(line)), line);
	}
});
