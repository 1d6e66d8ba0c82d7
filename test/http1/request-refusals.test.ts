import test from 'ava';
import {readRequests} from './support/read-all.ts';

const withLines = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const get = (...fields: readonly string[]): string => withLines('GET / HTTP/1.1', 'Host: a', ...fields);
const target = (text: string, method = 'GET'): string => withLines(`${method} ${text} HTTP/1.1`, 'Host: a');
const host = (text: string): string => withLines('GET / HTTP/1.1', `Host: ${text}`);
const chunks = (text: string): string => `${get('Transfer-Encoding: chunked')}${text}`;

const version = 'the first line does not say its version of HTTP';
const begin = 'a request does not begin with a method (capital letters, - and _) and a space';
const badTarget = 'the request target has bytes that must be percent-encoded';
const badHost = 'the Host is not a host with an optional port';
const differ = 'the address in the request target and the Host differ';
const badLength = 'the Content-Length is not a number';
const unknownCoding = 'a transfer coding other than chunked is not known here';
const notChunked = 'the Transfer-Encoding is not exactly chunked';
const bareLineFeed = 'a line ends without a carriage return';
const badName = 'a field has a forbidden byte in its name';
const control = 'a field has a control byte in its value';
const badSize = 'the size of a chunk is not a hexadecimal number';
const badExtension = 'a chunk extension is malformed';
const chunkLine = 'the line of a chunk does not end with CR and LF';
const tooMuch = 'a chunk is longer than its size';

const table: readonly (readonly [status: number, reason: string, ...messages: string[]])[] = [
	// The first line
	[
		400,
		version,
		'GET /\r\n',
		'GET / \r\n',
		'GET / http/1.1\r\n',
		'GET / HTTP/1.1 \r\n',
		'GET /a b HTTP/1.1\r\n',
		'GET / HTTP/11\r\n',
		'GET / HTTP/1.10\r\n',
		'GET / HTTP/+1.1\r\n',
		'GET / ICAP/1.0\r\n',
		'GET / HTTP/1.1 x\r\n',
	],
	[
		400,
		begin,
		' GET / HTTP/1.1\r\n',
		'GET\r\n',
		'GET\t/ HTTP/1.1\r\n',
		'G(T / HTTP/1.1\r\n',
		'get / HTTP/1.1\r\n',
		'3GET / HTTP/1.1\r\n',
		'\0GET / HTTP/1.1\r\n',
		'\x16\x03\x01\r\n',
		'GÉT / HTTP/1.1\r\n',
		'{"a": 1}\r\n',
	],
	[400, 'the request target is empty', 'GET  / HTTP/1.1\r\n', 'GET  HTTP/1.1\r\n'],
	[505, 'HTTP/2.0 is not spoken here', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
	[505, 'HTTP/1.2 is not spoken here', 'GET / HTTP/1.2\r\n'],
	[505, 'HTTP/0.9 is not spoken here', 'GET / HTTP/0.9\r\n'],
	[400, 'an empty line stands where a message begins', '\r\n\r\nGET / HTTP/1.1\r\n'],
	[
		400,
		bareLineFeed,
		'\nGET / HTTP/1.1\r\n',
		'GET / HTTP/1.1\n',
		'GET / HTTP/1.1\r\nHost: a\n',
		'GET / HTTP/1.1\r\nHost: a\r\n\n',
		'\r\n\n',
	],

	// The target
	[
		400,
		badTarget,
		target('/\x01'),
		target('/\x7f'),
		target('/é'),
		target('/a\tb'),
		target('/a\rb'),
		target('/a\0'),
		target('http://a/\xff'),
	],
	[400, 'the request target has a fragment', target('/a#b'), target('#'), target('http://a/#')],
	[
		400,
		'the request target is neither a path nor an address',
		target('a'),
		target('a:80'),
		target('ftp://a/'),
		target('http:/a'),
		target('?a'),
		target('*a', 'OPTIONS'),
		target('\\a'),
	],
	[
		400,
		'the address in the request target has no valid host',
		target('http:///'),
		target('http://u@a/'),
		target('http://a:/'),
		target('http://a:80x/'),
		target('http://'),
		target('http://?a'),
		target('https://a\\b/'),
	],
	[400, 'the request target * is for OPTIONS only', target('*'), target('*', 'OPTION')],
	[
		400,
		'the target of CONNECT is not a host with a port',
		target('/', 'CONNECT'),
		target('a', 'CONNECT'),
		target('http://a:80/', 'CONNECT'),
		target('a:80/', 'CONNECT'),
		target('*', 'CONNECT'),
		target('[::1]', 'CONNECT'),
	],
	[400, differ, target('http://b/'), target('http://a:80/'), target('https://a.b/'), target('a:80', 'CONNECT')],

	// Host
	[400, 'Host is missing', withLines('GET / HTTP/1.1'), withLines('GET http://a/ HTTP/1.1')],
	[
		400,
		'Host is given more than once',
		get('Host: a'),
		get('host: b'),
		withLines('GET / HTTP/1.0', 'Host: a', 'HOST: a'),
	],
	[
		400,
		badHost,
		host(''),
		host('a b'),
		host('a/'),
		host('a@b'),
		host('a:'),
		host('a:b'),
		host('a:65536'),
		host('a:000080'),
		host('a:-1'),
		host(':80'),
		host('[::1'),
		host('[::1]80'),
		host('[::g]'),
		host('[]'),
		host('[v1.a]'),
		host('a%2'),
		host('a%zz'),
		host('é'),
		host('a#'),
		host('a?b'),
		host('a\\b'),
		host('"a"'),
	],

	// Field lines
	[
		400,
		'a field goes on in a line of its own (obs-fold)',
		get('a: b', ' c'),
		get('a: b', '\tc'),
		withLines('GET / HTTP/1.1', ' Host: a'),
	],
	[
		400,
		'there is a space before the colon of a field',
		get('a : b'),
		get('a\t: b'),
		get('Content-Length : 3'),
		get('a b: c'),
	],
	[400, 'a field has no name', get(': b'), get(':')],
	[400, 'a field line has no colon', get('a'), get('Host')],
	[400, badName, get('é: b'), get('a\0: b'), get('a(: b'), get('"a": b'), get('a\r: b'), get('a/b: c'), get('\x7f: c')],
	[
		400,
		control,
		get('a: \0'),
		get('a: b\rc'),
		get('a: \x01'),
		get('a: b\x7f'),
		get('a: b\x1bc'),
		get('a: b\r'),
		get('a: \x0b'),
	],
	[400, bareLineFeed, get('a: b\nc: d'), get('a: b\n c')],

	// Framing
	[
		400,
		badLength,
		get('Content-Length:'),
		get('Content-Length: a'),
		get('Content-Length: +1'),
		get('Content-Length: -1'),
		get('Content-Length: 1, 1'),
		get('Content-Length: 1,1'),
		get('Content-Length: 0x1'),
		get('Content-Length: 1 1'),
		get('Content-Length: 1.0'),
		get('Content-Length: 1e1'),
		get('Content-Length: "1"'),
		get('Content-Length: ,'),
	],
	[
		400,
		'Content-Length is given more than once',
		get('Content-Length: 1', 'content-length: 2'),
		get('Content-Length: 1', 'Content-Length: 1'),
	],
	[
		413,
		'the body is longer than is taken here',
		get('Content-Length: 9999999999999999'),
		get('Content-Length: 18446744073709551617'),
	],
	[
		400,
		'both Content-Length and Transfer-Encoding are given',
		get('Content-Length: 1', 'Transfer-Encoding: chunked'),
		get('Transfer-Encoding: chunked', 'Content-Length: 0'),
	],
	[400, 'DELETE of HTTP/1.0 has a body', withLines('DELETE / HTTP/1.0', 'Content-Length: 1')],
	[400, 'HTTP/1.0 has no Transfer-Encoding', withLines('POST / HTTP/1.0', 'Host: a', 'Transfer-Encoding: chunked')],
	[
		501,
		unknownCoding,
		get('Transfer-Encoding: gzip'),
		get('Transfer-Encoding: gzip, chunked'),
		get('Transfer-Encoding: identity'),
		get('Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'),
		get('Transfer-Encoding: xchunked'),
		get('Transfer-Encoding: x'),
	],
	[
		400,
		notChunked,
		get('Transfer-Encoding:'),
		get('Transfer-Encoding: chunked, chunked'),
		get('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
		get('Transfer-Encoding: chunked, gzip'),
		get('Transfer-Encoding: chunked;q=1'),
		get('Transfer-Encoding: "chunked"'),
		get('Transfer-Encoding: , chunked'),
		get('Transfer-Encoding: chunked,'),
		get('Transfer-Encoding: chun ked'),
		get('Transfer-Encoding: chunked', 'Transfer-Encoding: gzip'),
		get('Transfer-Encoding: \xa0chunked'),
	],
	[
		400,
		'Connection names a field that is for every reader',
		get('Connection: host'),
		get('Connection: close, Content-Length'),
	],

	[
		400,
		'there is a tab beside the value of Content-Length',
		get('Content-Length:\t3'),
		get('Content-Length: 3\t'),
		get('Content-Length: \t3'),
		get('Content-Length:\t 3'),
	],
	[
		400,
		'there is a tab beside the value of transfer-encoding',
		get('transfer-encoding:\tchunked'),
		get('transfer-encoding: chunked \t'),
	],
	[400, 'there is a tab beside the value of Host', host('\ta'), host('a\t')],

	// Chunks
	[
		400,
		badSize,
		chunks('\r\n'),
		chunks('-1\r\n'),
		chunks('+1\r\n'),
		chunks('0x1\r\n'),
		chunks(' 1\r\n'),
		chunks('1 \r\n'),
		chunks('\t1\r\n'),
		chunks('g\r\n'),
		chunks('1_0\r\n'),
		chunks(';a\r\n'),
		chunks('1\n'),
		chunks('\n'),
		chunks('1\t;a=b\r\n'),
	],
	[
		400,
		'the size of a chunk has more than 16 digits',
		chunks('00000000000000001\r\n'),
		chunks('fffffffffffffffff\r\n'),
	],
	[413, 'the body is longer than is taken here', chunks('ffffffffffffffff\r\n'), chunks('20000000000000\r\n')],
	[400, chunkLine, chunks('1\r\r\n'), chunks('1\ra'), chunks('1;a\rb\n')],
	[
		400,
		badExtension,
		chunks('1;\r\n'),
		chunks('1; a\r\n'),
		chunks('1;a =b\r\n'),
		chunks('1;a=\r\n'),
		chunks('1;=b\r\n'),
		chunks('1;a="b\r\n'),
		chunks('1;a="b"c\r\n'),
		chunks('1;a=b"\r\n'),
		chunks('1;a\n'),
		chunks('1;a="\n"\r\n'),
		chunks('1;a="\\\r"\r\n'),
		chunks('1;a;;b\r\n'),
		chunks('1;a=b=c\r\n'),
		chunks('1;\0\r\n'),
	],
	[400, tooMuch, chunks('1\r\nab\r\n'), chunks('1\r\na\n'), chunks('1\r\na0\r\n\r\n'), chunks('1\r\na\rb')],

	// Trailers
	[400, 'Content-Length stands in the trailers', chunks('0\r\nContent-Length: 1\r\n\r\n')],
	[400, 'TRANSFER-ENCODING stands in the trailers', chunks('0\r\nTRANSFER-ENCODING: chunked\r\n\r\n')],
	[400, 'host stands in the trailers', chunks('0\r\nx: y\r\nhost: b\r\n\r\n')],
	[400, bareLineFeed, chunks('0\r\n\n'), chunks('0\r\na: b\n\r\n')],
	[400, 'a field goes on in a line of its own (obs-fold)', chunks('0\r\na: b\r\n c\r\n\r\n')],
	[400, 'a field line has no colon', chunks('0\r\nGET\r\n\r\n')],
];

for (const [index, [status, reason, ...messages]] of table.entries()) {
	test(`refused with ${status}: ${reason} (row ${index + 1})`, t => {
		for (const message of messages) {
			for (const cuts of [[], Array.from({length: message.length}, (_, index) => index)]) {
				const {refusal, state, messages: read} = readRequests(message, {cuts});
				t.deepEqual({refusal, state}, {refusal: {status, reason}, state: 'refused'}, JSON.stringify(message));
				t.true(read.every(({trailers}) => trailers === undefined));
			}
		}
	});
}
