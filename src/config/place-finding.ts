// Turns a place in a text into line, column and the line itself.
import type {Diagnostic} from '../model/diagnostic.ts';
import type {SourcePlace} from '../model/source-place.ts';
import type {TextRange} from './parse-yaml.ts';

export interface SourceText {
	/** As people are told its name. */
	readonly file: string;
	readonly text: string;
}

export type PlacedParts = Pick<Diagnostic, 'place' | 'length' | 'sourceLine'>;

/** Finds line and column (from 1), the line's text, and how much of it the range covers. */
export const placeRange = ({file, text}: SourceText, {start, end}: TextRange): PlacedParts => {
	const from = Math.min(start, text.length);
	const lineStart = text.lastIndexOf('\n', from - 1) + 1;
	const next = text.indexOf('\n', from);
	const lineEnd = next === -1 ? text.length : next;
	const line = text.slice(0, lineStart).split('\n').length;
	return {
		place: {file, line, column: from - lineStart + 1},
		length: Math.max(1, Math.min(end, lineEnd) - from),
		sourceLine: text.slice(lineStart, lineEnd).replace(/\r$/, ''),
	};
};

/** The beginning of a file, for findings about the whole of it. */
export const wholeFile = (file: string): {readonly place: SourcePlace; readonly length: number} => ({
	place: {file, line: 1, column: 1},
	length: 1,
});
