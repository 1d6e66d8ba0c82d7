// Replies to GET that every reader of HTTP/1.1 takes, to be changed.
import fc from 'fast-check';

const replies: readonly (readonly string[])[] = [
	['HTTP/1.1 200 OK', 'Content-Length: 3', '', 'abc'],
	['HTTP/1.1 200 OK', 'Content-Length: 0', 'x: y', '', ''],
	['HTTP/1.1 404 Not Found', 'Content-Type: text/plain', 'Content-Length: 5', 'Connection: close', '', 'hello'],
	['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '3', 'abc', '0', '', ''],
	['HTTP/1.1 500 Oh', 'x: y', 'Transfer-Encoding: chunked', '', '3;a=b', 'abc', 'a', '0123456789', '0', '', ''],
	['HTTP/1.1 200 OK', 'Connection: close', '', 'until the end'],
	['HTTP/1.0 200 OK', 'Content-Length: 3', '', 'abc'],
	['HTTP/1.1 304 Not Modified', 'ETag: "a"', '', ''],
	['HTTP/1.1 204 No Content', 'x: y', '', ''],
];

/** One reply, after which the connection ends. */
export const plainReplies: fc.Arbitrary<string> = fc.constantFrom(...replies.map(lines => lines.join('\r\n')));
