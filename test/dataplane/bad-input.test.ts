import {once} from 'node:events';
import {connect} from 'node:net';
import test from 'ava';
import {ms} from '../../src/common/units.ts';
import {meshConfig, workload} from '../support/mesh-config.ts';
import {sendRaw, statusIn} from '../support/raw-http.ts';
import {createScene, startApp} from '../support/scene.ts';

const shop = meshConfig({services: [workload('web'), workload('api')]});

const ambiguous: Readonly<Record<string, string>> = {
	'two different lengths': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde',
	'the same length twice': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc',
	'a list of lengths': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc',
	'a length that is no number': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc',
	'length and chunks': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
	'chunks and length': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n',
	'an encoding before the chunks': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
	'an encoding that is not chunked': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\nabc',
	'chunked twice': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n',
	'two fields of chunked':
		'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
	'chunked with something behind it': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;x=1\r\n\r\n0\r\n\r\n',
	'chunks in HTTP/1.0': 'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
	'a chunk size that is no number':
		'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n',
	'a folded line': 'GET / HTTP/1.1\r\nHost: a\r\nX-A: one\r\n two\r\n\r\n',
	'a space before the colon': 'GET / HTTP/1.1\r\nHost: a\r\nX-A : one\r\n\r\n',
	'a bare line feed': 'GET / HTTP/1.1\nHost: a\n\n',
	'no host': 'GET / HTTP/1.1\r\nX-A: one\r\n\r\n',
	'two hosts': 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
	'an address and a host that differ': 'GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n',
	'a target that is no path': 'GET path HTTP/1.1\r\nHost: a\r\n\r\n',
	'bytes in the target': 'GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n',
	'HTTP/2.0 in words': 'GET / HTTP/2.0\r\nHost: a\r\n\r\n',
	garbage: '\x16\x03\x01\x00\xa5garbage\r\n\r\n',
};

for (const [name, text] of Object.entries(ambiguous)) {
	test(`${name}: 400, closed, and never passed on`, async t => {
		let seen = 0;
		const api = await startApp(t, (_request, response) => {
			seen++;
			response.end();
		});
		const scene = await createScene(t, shop, {apps: {'api-1': api}});
		const answer = await sendRaw(scene.portOf('web-1/outbound:api'), text);
		t.is(statusIn(answer), 400, answer);
		t.regex(answer, /connection: close/i);
		t.is(seen, 0);
	});
}

test('a head that is too large: 431', async t => {
	const scene = await createScene(t, shop, {apps: {'api-1': 1}, limits: {headBytes: 4096}});
	const answer = await sendRaw(
		scene.portOf('web-1/outbound:api'),
		`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(8000)}\r\n\r\n`,
	);
	t.is(statusIn(answer), 431);
});

test('more fields than the limit: 400', async t => {
	const scene = await createScene(t, shop, {apps: {'api-1': 1}, limits: {headFields: 5}});
	const answer = await sendRaw(
		scene.portOf('web-1/outbound:api'),
		`GET / HTTP/1.1\r\nHost: a\r\n${'X: 1\r\n'.repeat(9)}\r\n`,
	);
	t.is(statusIn(answer), 400);
});

test('a head that takes too long: 408', async t => {
	const scene = await createScene(t, shop, {apps: {'api-1': 1}, limits: {headTimeoutMs: ms(200)}});
	const answer = await sendRaw(scene.portOf('web-1/outbound:api'), 'GET / HTTP/1.1\r\nHost: a\r\nX-');
	t.is(statusIn(answer), 408);
});

test('a body that takes too long: 408, and the app sees a broken request', async t => {
	const broken = Promise.withResolvers<void>();
	const api = await startApp(t, request => {
		request.on('error', () => broken.resolve());
		request.resume();
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}, limits: {bodyTimeoutMs: ms(150)}});
	const answer = await sendRaw(
		scene.portOf('web-1/outbound:api'),
		'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc',
	);
	t.is(statusIn(answer), 408, answer);
	await broken.promise;
});

test('a client that leaves early takes its request with it', async t => {
	const started = Promise.withResolvers<void>();
	const cancelled = Promise.withResolvers<void>();
	const api = await startApp(t, (_request, response) => {
		response.on('close', () => cancelled.resolve());
		response.write('part');
		started.resolve();
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const socket = connect({port: scene.portOf('web-1/outbound:api'), host: '127.0.0.1'});
	socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
	await started.promise;
	await once(socket, 'data');
	socket.destroy();
	await cancelled.promise;
	t.regex((await scene.logged(({direction}) => direction === 'outbound')).flags, /DC/);
});

test('a client that leaves before the answer takes its request with it', async t => {
	const cancelled = Promise.withResolvers<void>();
	const started = Promise.withResolvers<void>();
	const api = await startApp(t, (_request, response) => {
		response.on('close', () => cancelled.resolve());
		started.resolve();
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const socket = connect({port: scene.portOf('web-1/outbound:api'), host: '127.0.0.1'});
	socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
	await started.promise;
	socket.destroy();
	await cancelled.promise;
	t.like(await scene.logged(({direction}) => direction === 'outbound'), {status: 499, flags: 'DC'});
});

for (const framing of ['a length', 'chunks']) {
	test(`an app that dies in the middle of a body with ${framing}: the client sees a broken body, never a short success`, async t => {
		const api = await startApp(t, (_request, response) => {
			if (framing === 'a length') {
				response.setHeader('content-length', '1000');
			}

			response.write('part');
			response.socket?.on('drain', () => {});
			setImmediate(() => response.socket?.destroy());
		});
		const scene = await createScene(t, shop, {apps: {'api-1': api}});
		const response = await fetch(scene.url('web-1', 'api')).catch(() => undefined);
		if (response) {
			// Either the head had not left yet, and the failure has a status, or the body is broken.
			await (response.status === 503 ? response.text() : t.throwsAsync(response.text()));
		}

		t.true(response === undefined || response.status === 200 || response.status === 503);
		t.regex((await scene.logged(({direction}) => direction === 'outbound')).flags, /UC/);
	});
}

test('an answer that is no HTTP is a failure of the app, not passed on', async t => {
	const {createServer} = await import('node:net');
	const {listenFor} = await import('../support/scene.ts');
	const api = await listenFor(
		t,
		createServer(socket => socket.end('no http at all\r\n\r\n')),
	);
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	const response = await fetch(scene.url('web-1', 'api'));
	t.is(response.status, 503);
});

for (const mtls of ['strict', 'permissive'] as const) {
	for (const [kind, isEnded] of [
		['sends nothing', false],
		['ends before its first byte', true],
	] as const) {
		test(`with mTLS ${mtls}, a connection that ${kind} is not kept`, async t => {
			const config = {...shop, policies: {...shop.policies, mtls}};
			const scene = await createScene(t, config, {apps: {'api-1': 1}, limits: {headTimeoutMs: ms(200)}});
			const socket = connect({port: scene.portOf('api-1/inbound'), host: '127.0.0.1', allowHalfOpen: true});
			t.teardown(() => socket.destroy());
			if (isEnded) {
				socket.end();
			}

			socket.resume();
			await t.notThrowsAsync(once(socket, 'end'));
			socket.end();
		});
	}
}
