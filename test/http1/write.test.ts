import test from 'ava';
import type {Headers} from '../../src/http/headers.ts';
import {type BodyWriter, createBodyWriter} from '../../src/http1/body-writer.ts';
import {chooseReplyFraming, chooseRequestFraming} from '../../src/http1/choose-framing.ts';
import type {Framing} from '../../src/http1/framing.ts';
import {writeReplyHead, writeRequestHead} from '../../src/http1/write-head.ts';

const none: Framing = {kind: 'none'};
const chunked: Framing = {kind: 'chunked'};
const length = (bytes: number): Framing => ({kind: 'length', bytes});

const request = (headers: Headers, framing: Framing = none, method = 'GET', target = '/'): string =>
	writeRequestHead({method, target, headers, framing});
const reply = (status: number, headers: Headers, framing: Framing): string =>
	writeReplyHead({status, reason: 'OK', headers, framing});

test('a head is written with the framing that was chosen, and with no other', t => {
	const given = ['Host', 'a', 'CONTENT-LENGTH', '7', 'Transfer-Encoding', 'gzip', 'x-A', 'é', 'content-length', '8'];
	t.is(request(given), 'GET / HTTP/1.1\r\nHost: a\r\nx-A: é\r\n\r\n');
	t.is(request(given, chunked), 'GET / HTTP/1.1\r\nHost: a\r\nx-A: é\r\ntransfer-encoding: chunked\r\n\r\n');
	t.is(request(given, length(3)), 'GET / HTTP/1.1\r\nHost: a\r\nCONTENT-LENGTH: 3\r\nx-A: é\r\n\r\n');
	t.is(request(['Host', 'a'], length(0)), 'GET / HTTP/1.1\r\nHost: a\r\ncontent-length: 0\r\n\r\n');
	t.is(reply(304, ['Content-Length', '7'], none), 'HTTP/1.1 304 OK\r\nContent-Length: 7\r\n\r\n');
	t.is(reply(204, ['Content-Length', '7'], none), 'HTTP/1.1 204 OK\r\n\r\n');
	t.is(reply(100, ['Transfer-Encoding', 'chunked'], none), 'HTTP/1.1 100 OK\r\n\r\n');
	t.is(reply(200, ['Content-Length', '7'], {kind: 'until-close'}), 'HTTP/1.1 200 OK\r\n\r\n');
});

test('what could be read as something else is not written', t => {
	const throws = (write: () => unknown, message: RegExp): void => {
		t.throws(write, {instanceOf: RangeError, message});
	};

	for (const value of ['a\r\nb: c', 'a\n', '\r', '\0', '\x7f', 'Ā', '\u{1f600}', '\ud800']) {
		throws(() => request(['Host', 'a', 'x', value]), /the value of x/);
		throws(() => reply(200, ['x', value], none), /the value of x/);
		throws(() => writeReplyHead({status: 200, reason: value, headers: [], framing: none}), /the reason/);
	}

	for (const name of ['', ' ', 'a b', 'a:', 'a\r\n', 'é', 'a\0', 'Ā']) {
		throws(() => request(['Host', 'a', name, 'x']), /no name of a field/);
	}

	for (const target of ['', 'a b', '/\r\n', '/é', '/#', '/\0', '/Ā']) {
		throws(() => request(['Host', 'a'], none, 'GET', target), /the request target/);
	}

	for (const method of ['', 'G T', 'GET\r\n', 'É']) {
		throws(() => request(['Host', 'a'], none, method), /the method/);
	}

	for (const headers of [[], ['Host', 'a', 'host', 'a'], ['Host', ''], ['Host', 'a/b']]) {
		throws(() => request(headers), /exactly one Host/);
	}

	throws(() => request(['Host', 'a'], {kind: 'until-close'}), /cannot end with its connection/);
	throws(() => reply(204, [], chunked), /has no body/);
	throws(() => reply(100, [], length(0)), /has no body/);
	throws(() => reply(99, [], none), /no status/);
	throws(() => reply(600, [], none), /no status/);
	throws(() => reply(200.5, [], none), /no status/);
	throws(() => reply(304, ['Content-Length', '1, 1'], none), /not a number/);
});

const written = (framing: Framing, write: (writer: BodyWriter) => void): string => {
	let text = '';
	write(
		createBodyWriter(framing, bytes => {
			text += Buffer.from(bytes).toString('latin1');
			return true;
		}),
	);
	return text;
};

test('chunks are written with their sizes, empty ones not at all, and trailers at the end', t => {
	const large = 'x'.repeat(20_000);
	t.is(
		written(chunked, writer => {
			writer.write(Buffer.from('hello, world'));
			writer.write(Buffer.alloc(0));
			writer.write(Buffer.from(large));
			writer.end(['X-Sum', '1']);
		}),
		`c\r\nhello, world\r\n4e20\r\n${large}\r\n0\r\nX-Sum: 1\r\n\r\n`,
	);
	t.is(
		written(chunked, writer => writer.end([])),
		'0\r\n\r\n',
	);
});

test('a body is never longer or shorter than was promised', t => {
	const three = Buffer.from('abc');
	const both = (trailers: Headers) => (writer: BodyWriter) => {
		writer.write(three);
		writer.end(trailers);
	};
	t.throws(() => written(length(2), writer => writer.write(three)), {instanceOf: RangeError, message: /longer/});
	t.throws(() => written(none, writer => writer.write(three)), {instanceOf: RangeError, message: /longer/});
	t.throws(() => written(length(4), both([])), {message: /1 bytes shorter/});
	t.is(written(length(3), both(['x', 'y'])), 'abc');
	t.is(written({kind: 'until-close'}, both([])), 'abc');
});

test('trailers that would change the message are not written', t => {
	for (const trailers of [
		['Content-Length', '1'],
		['HOST', 'a'],
		['x', 'y', 'Transfer-Encoding', 'chunked'],
	]) {
		t.throws(() => written(chunked, writer => writer.end(trailers)), {message: /must not stand in trailers/});
	}

	t.throws(() => written(chunked, writer => writer.end(['x', 'y\r\nz: 1'])), {message: /control byte/});
});

test('the framing is chosen by the request, the status and what is known of the body', t => {
	const choose = (method: string, status: number, bytes?: number, minorVersion: 0 | 1 = 1): Framing =>
		chooseReplyFraming({method, status, length: bytes, minorVersion});
	t.deepEqual(choose('HEAD', 200, 5), none);
	t.deepEqual(choose('GET', 204, 0), none);
	t.deepEqual(choose('GET', 304), none);
	t.deepEqual(choose('GET', 200, 0), length(0));
	t.deepEqual(choose('GET', 200), chunked);
	t.deepEqual(choose('GET', 200, undefined, 0), {kind: 'until-close'});
	t.deepEqual(chooseRequestFraming(0, false), none);
	t.deepEqual(chooseRequestFraming(0, true), length(0));
	t.deepEqual(chooseRequestFraming(undefined, true), chunked);
});
