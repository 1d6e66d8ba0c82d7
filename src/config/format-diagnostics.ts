// Writes diagnostics for people.
import type {Diagnostic} from '../model/diagnostic.ts';
import {columnsOf, printable} from './printable.ts';

export interface FormatOptions {
	/** Whether to use the terminal's colours. */
	readonly colors: boolean;
}

/** Gives place, code and finding, the line with a caret, the remedy; a blank line between two. Ends with a line break unless there are none. */
export const formatDiagnostics = (diagnostics: readonly Diagnostic[], {colors}: FormatOptions): string =>
	diagnostics.map(diagnostic => formatOne(diagnostic, colors ? paint : plain)).join('\n');

type Paint = (code: number, text: string) => string;

const paint: Paint = (code, text) => `\u001B[${code}m${text}\u001B[0m`;
const plain: Paint = (_code, text) => text;

const red = 31;
const yellow = 33;
const dim = 2;
const bold = 1;

const formatOne = (diagnostic: Diagnostic, color: Paint): string => {
	const {code, severity, place, finding, remedy} = diagnostic;
	const tone = severity === 'error' ? red : yellow;
	const shown = severity === 'error' ? code : `${code} warning`;
	const head = `${color(bold, `${printable(place.file)}:${place.line}:${place.column}`)}  ${color(tone, shown)}  ${printable(finding)}`;
	return `${[head, ...formatSource(diagnostic, tone, color), `  ${printable(remedy)}`].join('\n')}\n`;
};

const longest = 120;

const formatSource = ({sourceLine, place, length}: Diagnostic, tone: number, color: Paint): readonly string[] => {
	if (sourceLine === undefined) {
		return [];
	}

	// Of a long line, the part around the place.
	const from = place.column > longest ? place.column - 40 : 0;
	const before = sourceLine.slice(from, place.column - 1);
	const marked = sourceLine.slice(place.column - 1, Math.min(place.column - 1 + length, from + longest));
	const number = String(place.line);
	const gutter = ' '.repeat(number.length);
	const carets = '^'.repeat(Math.max(1, columnsOf(printable(marked))));
	return [
		`  ${color(dim, `${number} |`)} ${printable(sourceLine.slice(from, from + longest))}`,
		`  ${gutter} ${color(dim, '|')} ${' '.repeat(columnsOf(printable(before)))}${color(tone, carets)}`,
	];
};
