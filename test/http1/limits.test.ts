import test from 'ava';
import {readRequests} from './support/read-all.ts';

const get = (...fields: readonly string[]): string =>
	`${['GET / HTTP/1.1', 'Host: a', ...fields].join('\r\n')}\r\n\r\n`;
const chunks = (text: string): string => `${get('Transfer-Encoding: chunked')}${text}`;

test('what ends in the middle is refused, what ends between messages is not', t => {
	const refusal = {status: 400, reason: 'the connection ended in the middle of a message'};
	const whole = `${get()}${chunks('1\r\na\r\n0\r\n\r\n')}`;
	const isBetween = (length: number): boolean => [0, get().length, whole.length].includes(length);
	for (let length = 0; length <= whole.length; length++) {
		const expected = isBetween(length) ? undefined : refusal;
		t.deepEqual(readRequests(whole.slice(0, length), {isEnded: true}).refusal, expected, String(length));
	}

	t.is(readRequests(`${get()}\r\n`, {isEnded: true}).refusal, undefined);
});

test('every limit refuses what is larger by one, and takes what is not, whole or in pieces', t => {
	const path = `/${'a'.repeat(100)}`;
	const line = `GET ${path} HTTP/1.1\r\n`;
	const message = `${line}Host: a\r\nb: ${'c'.repeat(20)}\r\n\r\n`;
	const body = `${get('Transfer-Encoding: chunked')}3;a="b";c=d\r\nabc\r\n3;e\r\ndef\r\n0;f\r\ng: h\r\nijk: lmn\r\n\r\n`;
	const cases = [
		[message, {startLineBytes: line.length}, 414, `the first line is longer than ${line.length - 1} bytes`],
		[message, {headBytes: message.length}, 431, `the head is longer than ${message.length - 1} bytes`],
		[message, {fieldBytes: 25}, 431, 'a field is longer than 24 bytes'],
		[message, {headFields: 2}, 431, 'the head has more than 1 fields'],
		[get('Content-Length: 7'), {bodyBytes: 7}, 413, 'the body is longer than is taken here'],
		[body, {bodyBytes: 6}, 413, 'the body is longer than is taken here'],
		[body, {chunkExtensionBytes: 14}, 400, 'chunk extensions are longer than 13 bytes'],
		[body, {trailerBytes: 18}, 431, 'the trailer section is longer than 17 bytes'],
		[body, {trailerFields: 2}, 431, 'the trailer section has more than 1 fields'],
	] as const;
	for (const [text, limits, status, reason] of cases) {
		const [[name, most]] = Object.entries(limits) as [[string, number]];
		for (const cuts of [[], Array.from({length: text.length}, (_, index) => index)]) {
			t.is(readRequests(text, {limits, cuts}).refusal, undefined, `${name}: ${most}`);
			t.deepEqual(readRequests(text, {limits: {[name]: most - 1}, cuts}).refusal, {status, reason});
		}
	}
});

test('a line without end is refused as soon as it is too long', t => {
	t.is(readRequests('a'.repeat(17 * 1024)).refusal?.status, 414);
	t.is(readRequests(`GET / HTTP/1.1\r\n${'a'.repeat(33 * 1024)}`).refusal?.status, 431);
	t.is(readRequests('a'.repeat(16 * 1024)).refusal, undefined);
});
