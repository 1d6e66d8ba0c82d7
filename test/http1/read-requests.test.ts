import test from 'ava';
import {defaultLimits} from '../../src/http1/limits.ts';
import {createRequestReader} from '../../src/http1/request-reader.ts';
import {readRequests} from './support/read-all.ts';

test('a head keeps the order, case and repetition of its fields', t => {
	const {messages, refusal, state} = readRequests(
		'\r\nGET /cart/1?a=b?c HTTP/1.1\r\nHOST: Shop.localhost:8080\r\nx-b: 1\r\nX-A:\t two  words \t\r\n' +
			'X-B:\r\nx-e: \xe9\r\nExpect: 100-Continue\r\n\r\n',
	);
	t.deepEqual(
		{messages, refusal, state},
		{
			messages: [
				{
					head: {
						method: 'GET',
						scheme: 'http',
						authority: 'Shop.localhost:8080',
						path: '/cart/1',
						query: 'a=b?c',
						headers: [
							...['HOST', 'Shop.localhost:8080', 'x-b', '1', 'X-A', 'two  words', 'X-B', '', 'x-e', '\xe9'],
							...['Expect', '100-Continue'],
						],
						target: '/cart/1?a=b?c',
						minorVersion: 1,
						framing: {kind: 'none'},
						keepAlive: true,
						upgrade: undefined,
						expectsContinue: true,
					},
					body: '',
					trailers: [],
				},
			],
			refusal: undefined,
			state: 'idle',
		},
	);
});

test('requests follow each other on one connection, each with its body', t => {
	const {messages, state} = readRequests(
		'POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc' +
			'PUT /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n' +
			'3;a;b=c;d="e \\" f"\r\nabc\r\n00A\r\n0123456789\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n' +
			'\r\nGET /3 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n' +
			'DELETE /4 HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n' +
			'GET /5 HTTP/1.1\r\nHost: a\r\n\r\n',
	);
	t.deepEqual(
		messages.map(({head, body, trailers}) => [head.path, head.framing.kind, head.keepAlive, body, trailers]),
		[
			['/1', 'length', true, 'abc', []],
			['/2', 'chunked', true, 'abc0123456789', ['X-Sum', '1', 'x-sum', '2']],
			['/3', 'none', true, '', []],
			['/4', 'none', false, '', []],
		],
	);
	t.is(state, 'done', 'nothing follows a request that closes');
});

test('targets are read in their four forms', t => {
	const read = (method: string, target: string, host: string): readonly unknown[] => {
		const [message] = readRequests(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`).messages;
		return [message?.head.authority, message?.head.path, message?.head.query];
	};
	t.deepEqual(read('GET', '//a/b?', 'a'), ['a', '//a/b', '']);
	t.deepEqual(read('GET', 'HTTP://A:80/b?c', 'a:80'), ['a:80', '/b', 'c']);
	t.deepEqual(read('GET', 'https://a', 'a'), ['a', '/', undefined]);
	t.deepEqual(read('GET', 'http://a?/', 'a'), ['a', '/', '/']);
	t.deepEqual(read('OPTIONS', '*', 'a'), ['a', '*', undefined]);
	t.deepEqual(read('CONNECT', '[::1]:443', '[::1]:443'), ['[::1]:443', '/', undefined]);
	t.deepEqual(read('GET', '/\\|{}"^`<>%zz', '1.2.3.4'), ['1.2.3.4', '/\\|{}"^`<>%zz', undefined]);
});

test('HTTP/1.0 needs no Host, keeps nothing open unless asked, and knows neither upgrades nor 100', t => {
	const [message] = readRequests(
		'GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\nExpect: 100-continue\r\n\r\n',
	).messages;
	t.like(message?.head, {authority: '', keepAlive: false, upgrade: undefined, expectsContinue: false});
	t.is(readRequests('GET http://b/ HTTP/1.0\r\n\r\n').messages[0]?.head.authority, 'b');
});

const upgrade = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\nx';
const next = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n';

test('behind a request to upgrade the reader waits: for a tunnel, or to go on', t => {
	for (const isTaken of [true, false]) {
		const reader = createRequestReader({scheme: 'http', limits: defaultLimits});
		reader.push(Buffer.from(upgrade + next));
		const [head, data, end] = [reader.next(), reader.next(), reader.next()];
		t.is(head?.kind === 'head' ? head.head.upgrade : undefined, 'websocket');
		t.is(data?.kind === 'data' ? data.data.toString() : undefined, 'x');
		t.is(end?.kind, 'end');
		t.is(reader.next(), undefined);
		t.is(reader.state(), 'waiting');
		if (isTaken) {
			t.is(reader.takeRest().toString(), next);
		} else {
			reader.goOn();
			const step = reader.next();
			t.is(step?.kind === 'head' ? step.head.path : undefined, '/next');
		}
	}
});

test('nothing follows a declined upgrade of a client that closes', t => {
	const reader = createRequestReader({scheme: 'http', limits: defaultLimits});
	reader.push(Buffer.from(upgrade.replace('Connection: ', 'Connection: close, ') + next));
	t.deepEqual([reader.next()?.kind, reader.next()?.kind, reader.next()?.kind], ['head', 'data', 'end']);
	t.is(reader.state(), 'waiting');
	reader.goOn();
	t.is(reader.next(), undefined);
	t.is(reader.state(), 'done');
});

test('nothing is read that nobody asks for', t => {
	const reader = createRequestReader({scheme: 'https', limits: defaultLimits});
	reader.push(Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc'));
	t.is(reader.next()?.kind, 'head');
	reader.push(Buffer.from('def'));
	t.is(reader.takeRest().toString(), 'abcdef');
});
