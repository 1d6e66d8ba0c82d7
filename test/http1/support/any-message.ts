// Valid messages of every shape, with what is to be read from them.
import fc from 'fast-check';

export interface AnyMessage {
	/** As it goes over the wire, in latin1. */
	readonly text: string;
	readonly fields: readonly string[];
	readonly body: string;
	readonly trailers: readonly string[];
}

export interface AnyRequest extends AnyMessage {
	readonly method: string;
	readonly target: string;
}

export interface AnyReply extends AnyMessage {
	readonly status: number;
	readonly reason: string;
}

const charactersOf = (pattern: RegExp): readonly string[] =>
	Array.from({length: 256}, (_, code) => String.fromCharCode(code)).filter(character => pattern.test(character));

const textOf = (characters: readonly string[], maxLength: number, minLength = 0): fc.Arbitrary<string> =>
	fc.string({unit: fc.constantFrom(...characters), minLength, maxLength});

const token = textOf(charactersOf(/[\w!#$%&'*+.^`|~-]/), 12, 1).filter(text => !/[\x80-\xff]/.test(text));
const value = textOf(charactersOf(/[\t\x20-\x7e\x80-\xff]/), 24).map(text => text.replace(/^[ \t]+|[ \t]+$/g, ''));
const bytes = textOf(charactersOf(/./s), 40);
const space = fc.constantFrom('', ' ', '  ');

/** Of names that mean nothing to the codec. */
const field = fc.tuple(token, value).map(([name, text]) => [`x-${name}`, text] as const);
const fieldList = fc.array(field, {maxLength: 5});

const linesOf = (fields: readonly string[], [before, behind]: readonly [string, string]): string =>
	fields.map((text, index) => (index % 2 === 0 ? `${text}:${before}` : `${text}${behind}\r\n`)).join('');

const extension = fc.tuple(token, fc.constantFrom('', '=b', '="c;\\"d"')).map(([name, text]) => `;${name}${text}`);
const chunk = fc.tuple(
	bytes.filter(text => text !== ''),
	fc.constantFrom('', '0', '000'),
	fc.array(extension, {maxLength: 2}),
);

interface AnyBody extends Pick<AnyMessage, 'body' | 'trailers'> {
	readonly framing: readonly string[];
	readonly text: string;
}

const counted: fc.Arbitrary<AnyBody> = bytes.map(body => ({
	framing: ['Content-Length', String(body.length)],
	text: body,
	body,
	trailers: [],
}));

const inChunks: fc.Arbitrary<AnyBody> = fc
	.tuple(fc.array(chunk, {maxLength: 4}), fieldList, fc.constantFrom('chunked', 'Chunked', 'CHUNKED'))
	.map(([chunks, trailers, coding]) => ({
		framing: ['transfer-encoding', coding],
		text: `${chunks.map(([data, zeros, extensions]) => `${zeros}${data.length.toString(16)}${extensions.join('')}\r\n${data}\r\n`).join('')}0\r\n${linesOf(trailers.flat(), ['', ' '])}\r\n`,
		body: chunks.map(([data]) => data).join(''),
		trailers: trailers.flat(),
	}));

const without: fc.Arbitrary<AnyBody> = fc.constant({framing: [], text: '', body: '', trailers: []});

const host = fc.constantFrom('a', 'reviews.default.svc.cluster.local', 'A.b:8080', '127.0.0.1:1', '[::1]:9080', 'x_y');
const path = textOf(charactersOf(/[\x21-\x7e]/), 12).map(text => `/${text.replaceAll('#', '')}`);

/** Requests with a Host, one behind the other when joined. */
export const anyRequest: fc.Arbitrary<AnyRequest> = fc
	.tuple(
		textOf(charactersOf(/[A-Z_-]/), 8, 1).filter(method => method !== 'CONNECT'),
		fc.oneof(
			path,
			fc.tuple(fc.constantFrom('http://', 'HTTPS://'), path).map(parts => parts),
		),
		host,
		fc.oneof(counted, inChunks, without),
		fieldList,
		fieldList,
		fc.tuple(space, space),
		fc.constantFrom('', '\r\n'),
	)
	.map(([method, place, name, {framing, text, body, trailers}, before, behind, spaces, emptyLine]) => {
		const target = typeof place === 'string' ? place : `${place[0]}${name}${place[1]}`;
		const fields = [...before.flat(), 'Host', name, ...framing, ...behind.flat()];
		return {
			text: `${emptyLine}${method} ${target} HTTP/1.1\r\n${linesOf(fields, spaces)}\r\n${text}`,
			method,
			target,
			fields,
			body,
			trailers,
		};
	});

/** Final replies to GET that end by themselves. */
export const anyReply: fc.Arbitrary<AnyReply> = fc
	.tuple(
		fc.integer({min: 200, max: 599}).filter(status => status !== 204 && status !== 304),
		value,
		fc.oneof(counted, inChunks),
		fieldList,
		fc.tuple(space, space),
		fc.constantFrom('', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Hints\r\nLink: <a>\r\n\r\n'),
	)
	.map(([status, reason, {framing, text, body, trailers}, others, spaces, interim]) => {
		const fields = [...framing, ...others.flat()];
		return {
			text: `${interim}HTTP/1.1 ${status} ${reason}\r\n${linesOf(fields, spaces)}\r\n${text}`,
			status,
			reason,
			fields,
			body,
			trailers,
		};
	});

/** Where to cut a text; nowhere, at a few places, or everywhere. */
export const anyCuts: fc.Arbitrary<readonly number[]> = fc.oneof(
	fc.array(fc.nat(400), {maxLength: 6}),
	fc.constant(Array.from({length: 2000}, (_, index) => index)),
);
