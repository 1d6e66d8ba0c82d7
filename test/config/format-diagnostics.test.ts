import {stripVTControlCharacters} from 'node:util';
import test from 'ava';
import {formatDiagnostics} from '../../src/config/format-diagnostics.ts';
import type {Diagnostic} from '../../src/model/diagnostic.ts';

const diagnostic: Diagnostic = {
	code: 'DM2104',
	severity: 'error',
	place: {file: 'mesh.config.yaml', line: 41, column: 17},
	length: 2,
	finding: 'the weights are odd',
	remedy: 'Change one.',
	sourceLine: '        weight: 80',
};

const format = (parts: Partial<Diagnostic>): string => formatDiagnostics([{...diagnostic, ...parts}], {colors: false});

test('place, code and finding; the line with a caret; the remedy', t => {
	t.is(
		format({}),
		`mesh.config.yaml:41:17  DM2104  the weights are odd
  41 |         weight: 80
     |                 ^^
  Change one.
`,
	);
});

test('nothing is said of nothing, and an empty line stands between two', t => {
	t.is(formatDiagnostics([], {colors: false}), '');
	t.is(formatDiagnostics([diagnostic, diagnostic], {colors: false}), `${format({})}\n${format({})}`);
});

test('a warning says so', t => {
	t.true(format({severity: 'warning'}).startsWith('mesh.config.yaml:41:17  DM2104 warning  the'));
});

test('colours change nothing but the colour', t => {
	const colored = formatDiagnostics([diagnostic], {colors: true});
	t.not(colored, format({}));
	t.is(stripVTControlCharacters(colored), format({}));
});

test('of a long line, the part around the place is shown', t => {
	const sourceLine = `${'a'.repeat(300)}HERE${'b'.repeat(300)}`;
	const [, shown = '', carets = ''] = format({sourceLine, place: {...diagnostic.place, column: 301}, length: 4}).split(
		'\n',
	);
	t.true(shown.length < 140);
	t.is(shown.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1), 'HERE');
});

test('the caret stands below its text, behind wide letters, combining marks and tabs', t => {
	const carets = (before: string) => {
		const column = before.length + 1;
		const [, , line = ''] = format({sourceLine: `${before}XY`, place: {...diagnostic.place, column}}).split('\n');
		return line.indexOf('^') - line.indexOf('|') - 2;
	};

	t.is(carets('abc'), 3);
	t.is(carets('\t\t'), 2);
	t.is(carets('网站'), 4);
	t.is(carets('😀'), 2);
	t.is(carets('e\u0301'), 1);
});

test('what would command the terminal, or turn the text round, is not let through', t => {
	const text = format({
		finding: 'red \u001B[31m and\nnext \u202Eright',
		sourceLine: '        weight: \u001B]0;title\u0007',
	});
	t.notRegex(text.replaceAll('\n', ''), /[\p{Cc}\u202E]/u);
	t.is(text.split('\n').length, 5);
});
