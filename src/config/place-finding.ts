// Turns a place in a text into line, column and the line itself.
import type {Diagnostic} from '../model/diagnostic.ts';
import type {SourcePlace} from '../model/source-place.ts';
import type {TextRange} from './range-of-path.ts';

export type PlacedParts = Pick<Diagnostic, 'place' | 'length' | 'sourceLine'>;

/** Finds line and column (from 1), the line's text, and how much of it a range covers. */
export type PlaceRange = (range: TextRange) => PlacedParts;

// A longer line is no help to anybody.
const longestLine = 5000;

/** Creates the finder for a text; the file goes by the name that people are told. */
export const createPlaceRange = (file: string, text: string): PlaceRange => {
	const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({index}) => index + 1)];
	return ({start, end}) => {
		const line = lineAt(lineStarts, Math.min(start, text.length));
		const lineStart = lineStarts[line - 1] ?? 0;
		const lineBreak = (lineStarts[line] ?? text.length + 1) - 1;
		const lineEnd = lineBreak > lineStart && text[lineBreak - 1] === '\r' ? lineBreak - 1 : lineBreak;
		const from = Math.min(start, lineEnd);
		return {
			place: {file, line, column: from - lineStart + 1},
			length: Math.max(1, Math.min(end, lineEnd) - from),
			...(lineEnd - lineStart <= longestLine && {sourceLine: text.slice(lineStart, lineEnd)}),
		};
	};
};

/** The beginning of a file, for findings about the whole of it. */
export const wholeFile = (file: string): {readonly place: SourcePlace; readonly length: number} => ({
	place: {file, line: 1, column: 1},
	length: 1,
});

/** The line, from 1, that holds an offset: by halving. */
const lineAt = (lineStarts: readonly number[], offset: number): number => {
	let low = 0;
	let high = lineStarts.length;
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if ((lineStarts[middle] ?? 0) <= offset) {
			low = middle;
		} else {
			high = middle;
		}
	}

	return low + 1;
};
