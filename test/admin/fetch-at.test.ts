import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {createFetchAt, type FetchAt} from '../../src/admin/fetch-at.ts';

interface Heard {
	readonly method: string;
	readonly host: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** Asks a server that answers with what it heard; `/moved` sends to `/`, with method and body. */
const open = async (t: ExecutionContext): Promise<FetchAt['fetch']> => {
	const server = createServer(async (request, response) => {
		const {method, headers, url} = request;
		const body = await text(request);
		if (url === '/moved') {
			response.writeHead(307, {location: '/'}).end();
		} else {
			response.end(JSON.stringify({method, host: headers.host, headers, body}));
		}
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {fetch, close} = createFetchAt((server.address() as AddressInfo).port);
	t.teardown(async () => {
		await close();
		server.close();
	});
	return fetch;
};

const hear = async (reply: Promise<Response>): Promise<Heard> => (await (await reply).json()) as Heard;

test('a form is sent as one', async t => {
	const fetch = await open(t);
	const form = new FormData();
	form.set('paid', 'yes');
	form.set('receipt', new Blob(['12 euros'], {type: 'text/plain'}), 'receipt.txt');
	const {method, headers, body} = await hear(fetch('http://shop.localhost/', {method: 'POST', body: form}));
	t.is(method, 'POST');
	t.regex(headers['content-type'] ?? '', /^multipart\/form-data; boundary=/);
	t.is(headers['content-length'], String(body.length));
	t.regex(body, /name="paid"\r\n\r\nyes\r\n/);
	t.regex(body, /filename="receipt.txt"\r\nContent-Type: text\/plain\r\n\r\n12 euros\r\n/);
});

test('headers and other bodies of Node are sent as they are, again after a redirect', async t => {
	const fetch = await open(t);
	for (const [body, type] of [
		['a=b', 'text/plain;charset=UTF-8'],
		[new URLSearchParams({a: 'b'}), 'application/x-www-form-urlencoded;charset=UTF-8'],
		[new Blob(['a=b'], {type: 'text/css'}), 'text/css'],
		[Buffer.from('a=b'), undefined],
	] as const) {
		const headers = new Headers({'x-who': 'me'});
		const heard = await hear(fetch('http://shop.localhost/moved', {method: 'PUT', headers, body}));
		t.like(heard, {method: 'PUT', body: 'a=b'});
		t.is(heard.headers['content-type'], type);
		t.is(heard.headers['x-who'], 'me');
		t.is(heard.headers['content-length'], '3');
	}

	t.regex((await hear(fetch('https://shop.localhost/'))).host, /^shop\.localhost:\d+$/);
});

test('a stream is sent as it comes', async t => {
	const fetch = await open(t);
	const body = ReadableStream.from([Buffer.from('a='), Buffer.from('b')]);
	const heard = await hear(fetch('http://shop.localhost/', {method: 'POST', body, duplex: 'half'} as RequestInit));
	t.is(heard.body, 'a=b');
	t.is(heard.headers['transfer-encoding'], 'chunked');
});

test('a redirect is not followed, and a request is given up, when its caller says so', async t => {
	const fetch = await open(t);
	t.is((await fetch('http://shop.localhost/moved', {redirect: 'manual'})).status, 307);
	await t.throwsAsync(fetch('http://shop.localhost/', {signal: AbortSignal.abort()}), {name: 'AbortError'});
});
