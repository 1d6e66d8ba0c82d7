// Changes a message as an attacker would: at the places where readers differ.
import fc from 'fast-check';

/** A change of a text; its place is a share of what there is to choose from. */
export type Mutation = (text: string) => string;

/** A place from 0 to `count` - 1. */
const pick = (share: number, count: number): number => Math.min(count - 1, Math.floor(share * count));

// Without bias: at its edges most changes would hit the first line.
const place = fc.noBias(fc.nat(9999)).map(number => number / 10_000);

const lengths = [
	'0',
	'1',
	'3',
	'+3',
	'-1',
	'3, 3',
	'3,4',
	'03',
	'0x3',
	'3 ',
	' 3',
	'3 3',
	'',
	'9'.repeat(20),
	'3;a',
	'\x0b3',
	"'3'",
];
const codings = [
	'chunked',
	'Chunked',
	' chunked',
	'chunked ',
	'xchunked',
	'chunked, identity',
	'identity',
	'gzip, chunked',
	'chunked, chunked',
	'\x0bchunked',
	'chunked\0',
	'"chunked"',
	'chunked;a',
	',chunked',
	'chunked,',
	'',
];
const hosts = [
	'a',
	'b',
	'',
	'a b',
	'a:80',
	'a:',
	'a,b',
	'a/b',
	'u@a',
	'[::1]',
	'[::1',
	'a\tb',
	'a\\b',
	'a#',
	'a?',
	'é',
];
const connections = ['close', 'keep-alive', 'host', 'content-length', 'transfer-encoding', 'x, close', 'close\0'];

const fieldLines: readonly string[] = [
	...lengths.map(length => `Content-Length: ${length}`),
	...codings.map(coding => `Transfer-Encoding: ${coding}`),
	...hosts.map(host => `Host: ${host}`),
	...connections.map(option => `Connection: ${option}`),
	...['Content-Length : 3', 'Content-Length\t: 3', ' Content-Length: 3', 'Content_Length: 3', 'content-length:3'],
	...[
		'Transfer-Encoding : chunked',
		'Transfer_Encoding: chunked',
		'Transfer-Encoding:chunked',
		' chunked',
		'\tchunked',
	],
	...[
		'Host : a',
		' a: b',
		': a',
		':',
		'a',
		'a b: c',
		'a:b',
		'\0: a',
		'é: a',
		'a: \0',
		'a: \x7f',
		'a: \x01',
		'a: b\rc',
		'a\r: b',
	],
	...['x: y\nContent-Length: 3', 'x: y\rHost: b', 'x: y\n\nGET /b HTTP/1.1', 'Trailer: x', 'TE: trailers', 'Expect: x'],
];

const lineEnds = [
	'\n',
	'\r',
	'\n\r',
	'\r\r\n',
	'\r\n\r\n',
	'',
	' \r\n',
	'\r \n',
	'\0\r\n',
	'\x0b',
	'\x85',
	'\r\n ',
	'\r\n\t',
];
// No path that steps above the root: only nginx refuses it; here it is resolved, as by Istio.
const startLines = [
	'GET',
	'/',
	'HTTP/1.1',
	'HTTP/1.0',
	'HTTP/0.9',
	'HTTP/2.0',
	'HTTP/1.2',
	'http/1.1',
	'HTTP/1.10',
	'HTTP/ 1.1',
	'',
	' ',
	'*',
	'http://a/',
	'http://b/',
	'/a#b',
	'/\t',
	'/a\0',
	'/é',
	'a:80',
	'//',
	'/a b',
	'G(T',
	'OPTIONS',
	'\x7f',
	'ftp://a/',
	'/./a',
	'\\',
];
const sizes = [
	'0',
	'1',
	'3',
	'+1',
	'-1',
	'0x3',
	' 3',
	'3 ',
	'3;',
	'3;a',
	'3;a=b',
	'3;a="\n',
	'3 ;a',
	'3;\na',
	'00000000000000003',
	'fffffffffffffffff',
	'3\t',
	'g',
	'3g',
	'',
	'3;a\0',
	'3_',
	'3\r',
	'3\n',
];
const pieces = [
	'\r',
	'\n',
	'\0',
	' ',
	'\t',
	':',
	',',
	';',
	'#',
	'\x0b',
	'\x0c',
	'\x80',
	'\xff',
	'"',
	'0',
	'x',
	'\r\n',
	'\r\n\r\n',
];

const insertLine: fc.Arbitrary<Mutation> = fc
	.tuple(place, fc.constantFrom(...fieldLines))
	.map(([share, line]) => text => {
		const lines = text.split('\r\n');
		// Within the head, behind its first line.
		lines.splice(1 + pick(share, Math.max(1, lines.indexOf('', 1))), 0, line);
		return lines.join('\r\n');
	});

const replaceLine: fc.Arbitrary<Mutation> = fc
	.tuple(place, fc.constantFrom(...fieldLines))
	.map(([share, line]) => text => {
		const lines = text.split('\r\n');
		lines[1 + pick(share, lines.length)] = line;
		return lines.join('\r\n');
	});

const repeatLine: fc.Arbitrary<Mutation> = fc.tuple(place, place).map(([from, to]) => text => {
	const lines = text.split('\r\n');
	lines.splice(pick(to, lines.length), 0, lines[pick(from, lines.length)] as string);
	return lines.join('\r\n');
});

const changeLineEnd: fc.Arbitrary<Mutation> = fc
	.tuple(place, fc.constantFrom(...lineEnds))
	.map(([share, end]) => text => {
		const lines = text.split('\r\n');
		const index = pick(share, lines.length);
		return `${lines.slice(0, index + 1).join('\r\n')}${end}${lines.slice(index + 1).join('\r\n')}`;
	});

const changeStart: fc.Arbitrary<Mutation> = fc
	.tuple(place, fc.constantFrom(...startLines), fc.constantFrom(' ', '  ', '\t', ''))
	.map(([share, word, gap]) => text => {
		const end = text.indexOf('\r\n');
		const words = text.slice(0, end).split(' ');
		words[pick(share, words.length)] = word;
		return `${words.join(gap === '' ? ' ' : gap)}${text.slice(end)}`;
	});

const changeSize: fc.Arbitrary<Mutation> = fc.tuple(place, fc.constantFrom(...sizes)).map(([share, size]) => text => {
	const [head, ...rest] = text.split('\r\n\r\n');
	const lines = rest.join('\r\n\r\n').split('\r\n');
	lines[pick(share, lines.length)] = size;
	return `${head}\r\n\r\n${lines.join('\r\n')}`;
});

const changeByte: fc.Arbitrary<Mutation> = fc
	.tuple(place, fc.constantFrom(...pieces), fc.nat(1))
	.map(([share, piece, removed]) => text => {
		const at = pick(share, text.length + 1);
		return `${text.slice(0, at)}${piece}${text.slice(at + removed)}`;
	});

const cutOut: fc.Arbitrary<Mutation> = fc.tuple(place, fc.integer({min: 1, max: 4})).map(([share, length]) => text => {
	const at = pick(share, text.length + 1);
	return `${text.slice(0, at)}${text.slice(at + length)}`;
});

/** One change. */
export const anyMutation: fc.Arbitrary<Mutation> = fc.oneof(
	{arbitrary: insertLine, weight: 4},
	{arbitrary: changeStart, weight: 2},
	{arbitrary: changeSize, weight: 2},
	{arbitrary: changeLineEnd, weight: 2},
	changeByte,
	replaceLine,
	repeatLine,
	cutOut,
);

/** A text with up to three changes. */
export const mutated = (texts: fc.Arbitrary<string>, most = 3): fc.Arbitrary<string> =>
	fc
		.tuple(texts, fc.array(anyMutation, {minLength: 1, maxLength: most}))
		.map(([text, mutations]) => mutations.reduce((changed, mutate) => mutate(changed), text));
