// Writes diagnostics for people.
import type {Diagnostic} from '../model/diagnostic.ts';

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

const formatOne = ({code, severity, place, length, finding, remedy, sourceLine}: Diagnostic, color: Paint): string => {
	const tone = severity === 'error' ? red : yellow;
	const head = `${color(bold, `${place.file}:${place.line}:${place.column}`)}  ${color(tone, severity === 'error' ? code : `${code} warning`)}  ${finding}`;
	const source = sourceLine === undefined ? [] : formatSource(sourceLine, place, length, tone, color);
	return `${[head, ...source, `  ${remedy}`].join('\n')}\n`;
};

const longest = 120;

const formatSource = (
	sourceLine: string,
	{line, column}: Diagnostic['place'],
	length: number,
	tone: number,
	color: Paint,
): readonly string[] => {
	// Of a long line, the part around the place.
	const from = column > longest ? column - 40 : 0;
	const shown = printable(sourceLine.slice(from, from + longest));
	const number = String(line);
	const before = ' '.repeat(Math.max(0, column - 1 - from));
	const carets = '^'.repeat(Math.max(1, Math.min(length, shown.length - before.length)));
	return [
		`  ${color(dim, `${number} |`)} ${shown}`,
		`  ${' '.repeat(number.length)} ${color(dim, '|')} ${before}${color(tone, carets)}`,
	];
};

// A tab is one character to the caret, and what moves a cursor is none of a file's business.
const printable = (text: string): string =>
	[...text]
		.map(letter =>
			letter === '\t' ? ' ' : letter < ' ' || (letter >= '\u007F' && letter < '\u00A0') ? '\uFFFD' : letter,
		)
		.join('');
