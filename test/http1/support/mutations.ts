// Changes a message as an attacker would: at the places where readers differ.
import fc from 'fast-check';
import {fieldLines, lineEnds, pieces, replyWords, requestWords, sizes} from './weak-places.ts';

/** A change of a text; its place is a share of what there is to choose from. */
type Mutation = (text: string) => string;

/** A place from 0 to `count` - 1. */
const pick = (share: number, count: number): number => Math.min(count - 1, Math.floor(share * count));

// Without bias: at its edges most changes would hit the first line.
const place = fc.noBias(fc.nat(9999)).map(number => number / 10_000);

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

const changeStart = (all: readonly string[]): fc.Arbitrary<Mutation> =>
	fc.tuple(place, fc.constantFrom(...all), fc.constantFrom(' ', '  ', '\t', '')).map(([share, word, gap]) => text => {
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

/** One change; the words are for the first line. */
const anyMutation = (words: readonly string[]): fc.Arbitrary<Mutation> =>
	fc.oneof(
		{arbitrary: insertLine, weight: 4},
		{arbitrary: changeStart(words), weight: 2},
		{arbitrary: changeSize, weight: 2},
		{arbitrary: changeLineEnd, weight: 2},
		changeByte,
		replaceLine,
		repeatLine,
		cutOut,
	);

const mutatedWith =
	(words: readonly string[]) =>
	(texts: fc.Arbitrary<string>, most = 3): fc.Arbitrary<string> =>
		fc
			.tuple(texts, fc.array(anyMutation(words), {minLength: 1, maxLength: most}))
			.map(([text, mutations]) => mutations.reduce((changed, mutate) => mutate(changed), text));

/** A request, or several, with up to so many changes. */
export const mutated = mutatedWith(requestWords);

/** The same for replies. */
export const mutatedReply = mutatedWith(replyWords);
