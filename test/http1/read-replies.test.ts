import test from 'ava';
import {readReplies} from './support/read-all.ts';

test('replies are read in the order of what was asked, and framed by it', t => {
	const {messages, state} = readReplies(
		'HTTP/1.1 100 Continue\r\n\r\n' +
			'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n' +
			'HTTP/1.1 200 Very \xe9 OK\r\nContent-Length: 3\r\n\r\nabc' +
			'HTTP/1.1 200\r\nContent-Length: 1000\r\n\r\n' +
			'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n' +
			'HTTP/1.1 204 \r\nContent-Length: 0\r\n\r\n' +
			'HTTP/1.0 404 No\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n' +
			'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\nx: y\r\n\r\n' +
			'HTTP/1.1 500 Oh\r\n\r\nuntil the end',
		{asked: ['POST', 'HEAD', 'GET', 'DELETE', 'GET', 'GET', 'GET'].map(method => ({method})), isEnded: true},
	);
	t.deepEqual(
		messages.map(({head, body, trailers}) => [
			head.status,
			head.reason,
			head.framing?.kind,
			head.keepAlive,
			body,
			trailers,
		]),
		[
			[100, 'Continue', undefined, true, '', undefined],
			[103, 'Early Hints', undefined, true, '', undefined],
			[200, 'Very \xe9 OK', 'length', true, 'abc', []],
			[200, '', 'none', true, '', []],
			[304, 'Not Modified', 'none', true, '', []],
			[204, '', 'none', true, '', []],
			[404, 'No', 'length', true, '', []],
			[200, 'OK', 'chunked', true, 'de', ['x', 'y']],
			[500, 'Oh', 'until-close', false, 'until the end', []],
		],
	);
	t.is(state, 'done');
});

test('behind 101, and 2xx to CONNECT, comes no HTTP', t => {
	const connected = readReplies('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\n\r\n\0\0', {
		asked: [{method: 'CONNECT'}],
	});
	t.is(connected.refusal, undefined);
	t.is(connected.state, 'tunnel');
	t.is(connected.messages[0]?.body, '');
	const upgraded = readReplies('HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n\0\0', {
		asked: [{method: 'GET', upgrade: 'websocket'}],
	});
	t.like(upgraded, {refusal: undefined, state: 'tunnel'});
	t.is(upgraded.messages[0]?.head.upgrade, 'websocket');
	t.is(readReplies('HTTP/1.1 407 No\r\nContent-Length: 1\r\n\r\nx', {asked: [{method: 'CONNECT'}]}).state, 'idle');
});

test('the length of a reply to HEAD is no body, however large', t => {
	const text = 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n';
	t.is(readReplies(text, {asked: [{method: 'HEAD'}], limits: {bodyBytes: 10}}).state, 'idle');
	t.is(readReplies(text, {limits: {bodyBytes: 10}}).refusal?.status, 502);
	t.is(readReplies(`HTTP/1.1 200 OK\r\n\r\n${'a'.repeat(11)}`, {limits: {bodyBytes: 10}}).refusal?.status, 502);
});
