// Requests that every reader of HTTP/1.1 takes, to be changed.
import fc from 'fast-check';

const bodies: readonly (readonly string[])[] = [
	['POST / HTTP/1.1', 'Host: a', 'Content-Length: 3', '', 'abc'],
	['PUT /a?b=c HTTP/1.1', 'Host: a', 'Accept: */*', 'Content-Length: 0', '', ''],
	['POST /a HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', '', '3', 'abc', '0', '', ''],
	[
		'POST /a HTTP/1.1',
		'Host: a',
		'transfer-encoding: chunked',
		'x: y',
		'',
		'3;a=b',
		'abc',
		'a',
		'0123456789',
		'0',
		'',
		'',
	],
	['POST /a HTTP/1.1', 'Transfer-Encoding: chunked', 'Host: a', '', '1', 'a', '0', 'x: y', '', ''],
	['GET / HTTP/1.1', 'Host: a', '', ''],
	['GET /a/b?c HTTP/1.1', 'Host: a:80', 'x: y, z', 'X: z', '', ''],
	['GET http://a/b HTTP/1.1', 'Host: a', '', ''],
	['OPTIONS /a HTTP/1.1', 'Host: a', 'Cookie: a=b', '', ''],
	['DELETE /a HTTP/1.0', 'Host: a', 'Connection: keep-alive', '', ''],
	['HEAD /a HTTP/1.1', 'Host: a', '', ''],
];

const one = fc.constantFrom(...bodies.map(lines => lines.join('\r\n')));

/** One or two requests on one connection. */
export const plainRequests: fc.Arbitrary<string> = fc
	.tuple(one, fc.oneof({arbitrary: fc.constant(''), weight: 3}, one))
	.map(texts => texts.join(''));
