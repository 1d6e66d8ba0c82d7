import test from 'ava';
import type {Asked} from '../../src/http1/reply-reader.ts';
import {readReplies} from './support/read-all.ts';

const withLines = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const ok = (...fields: readonly string[]): string => withLines('HTTP/1.1 200 OK', ...fields);
const status = (line: string): string => withLines(line);

const noStatus = 'the first line has no status from 100 to 599';
const noVersion = 'the first line does not say its version of HTTP';
const notAsked = 'the server changes to a protocol that nobody had asked for';

const table: readonly (readonly [reason: string, ...messages: string[]])[] = [
	[
		noVersion,
		status('hello'),
		status('http/1.1 200 OK'),
		status(' HTTP/1.1 200 OK'),
		status('200 OK'),
		status('HTTP/1 200 OK'),
		status('SSH-2.0-OpenSSH_9.2'),
	],
	['HTTP/2.0 is not spoken here', status('HTTP/2.0 200 OK')],
	[
		noStatus,
		status('HTTP/1.1'),
		status('HTTP/1.1 20'),
		status('HTTP/1.1 2000 OK'),
		status('HTTP/1.1  200 OK'),
		status('HTTP/1.1 600 OK'),
		status('HTTP/1.1 099 OK'),
		status('HTTP/1.1 +20 OK'),
		status('HTTP/1.1 200\tOK'),
		status('HTTP/1.1\t200 OK'),
		status('HTTP/1.1 -OK OK'),
	],
	[
		'the reason has a control byte',
		status('HTTP/1.1 200 O\0K'),
		status('HTTP/1.1 200 O\rK'),
		status('HTTP/1.1 200 \x1b'),
	],
	['an empty line stands where a message begins', `\r\n${ok()}`],
	['a line ends without a carriage return', 'HTTP/1.1 200 OK\n\n', 'HTTP/1.1 200 OK\r\na: b\n\r\n'],
	['a field goes on in a line of its own (obs-fold)', ok('a: b', ' c')],
	['there is a space before the colon of a field', ok('Content-Length : 1')],
	['both Content-Length and Transfer-Encoding are given', ok('Content-Length: 1', 'Transfer-Encoding: chunked')],
	[
		'Content-Length is given more than once',
		ok('Content-Length: 1', 'Content-Length: 1'),
		ok('Content-Length: 1', 'Content-Length: 2'),
	],
	['the Content-Length is not a number', ok('Content-Length: 1, 1'), ok('Content-Length: -1')],
	[
		'a transfer coding other than chunked is not known here',
		ok('Transfer-Encoding: gzip'),
		ok('Transfer-Encoding: gzip, chunked'),
	],
	['the Transfer-Encoding is not exactly chunked', ok('Transfer-Encoding: chunked, chunked')],
	['HTTP/1.0 has no Transfer-Encoding', withLines('HTTP/1.0 200 OK', 'Transfer-Encoding: chunked')],
	[
		'a reply with status 204 has a body',
		withLines('HTTP/1.1 204 No', 'Content-Length: 1'),
		withLines('HTTP/1.1 204 No', 'Transfer-Encoding: chunked'),
	],
	[
		'a reply with status 100 has a body',
		withLines('HTTP/1.1 100 Go', 'Content-Length: 1'),
		withLines('HTTP/1.1 100 Go', 'Transfer-Encoding: chunked'),
	],
	[notAsked, withLines('HTTP/1.1 101 Go', 'Connection: upgrade', 'Upgrade: websocket'), withLines('HTTP/1.1 101 Go')],
	['a reply came that nobody had asked for', `${ok('Content-Length: 0')}${ok()}`, `${ok('Content-Length: 0')}\r\n`],
	['the size of a chunk is not a hexadecimal number', `${ok('Transfer-Encoding: chunked')}0x1\r\n`],
	['more than 32 interim replies came', status('HTTP/1.1 103 Early').repeat(33)],
];

for (const [index, [reason, ...messages]] of table.entries()) {
	test(`refused with 502: ${reason} (row ${index + 1})`, t => {
		for (const message of messages) {
			for (const cuts of [[], Array.from({length: message.length}, (_, cut) => cut)]) {
				t.deepEqual(readReplies(message, {cuts}).refusal, {status: 502, reason}, JSON.stringify(message));
			}
		}
	});
}

test('the server may change only to a protocol that was offered', t => {
	const message = (protocol: string, connection = 'Upgrade'): string =>
		withLines('HTTP/1.1 101 Go', `Connection: ${connection}`, `Upgrade: ${protocol}`);
	const asked: readonly Asked[] = [{method: 'GET', upgrade: 'h2c, websocket'}];
	t.is(readReplies(message('WebSocket'), {asked}).state, 'tunnel');
	t.is(readReplies(message('h2c'), {asked}).state, 'tunnel');
	t.is(readReplies(message('tls/1.0'), {asked}).refusal?.reason, notAsked);
	t.is(readReplies(message('websocket', 'close'), {asked}).refusal?.reason, notAsked);
});

test('a reply that ends too early is refused, and one that ends with its connection is not', t => {
	const refusal = {status: 502, reason: 'the connection ended in the middle of a message'};
	t.deepEqual(readReplies(`${ok('Content-Length: 3')}ab`, {isEnded: true}).refusal, refusal);
	t.deepEqual(readReplies('HTTP/1.1 2', {isEnded: true}).refusal, refusal);
	t.deepEqual(readReplies(`${ok('Transfer-Encoding: chunked')}0\r\n`, {isEnded: true}).refusal, refusal);
	t.is(readReplies('', {isEnded: true}).state, 'idle');
	const {messages, state} = readReplies(`${ok()}abc`, {isEnded: true});
	t.is(state, 'done');
	t.like(messages[0], {body: 'abc', trailers: []});
});
