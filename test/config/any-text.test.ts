// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are what people write in the file.
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {type CheckResult, checkConfig} from '../../src/config/check-config.ts';
import {formatDiagnostics} from '../../src/config/format-diagnostics.ts';
import {readValidConfigs} from './valid-configs.ts';

const folder = path.resolve('/project');

const check = (text: string | Uint8Array): CheckResult =>
	checkConfig({text, file: 'mesh.config.yaml', folder, environment: {HOME: '/home/me'}});

/** What holds for every answer, whatever was asked. */
const findContradiction = (text: string | Uint8Array): string | undefined => {
	const {config, diagnostics} = check(text);
	const lines = (typeof text === 'string' ? text : new TextDecoder().decode(text)).split('\n').length;
	if ((config === undefined) !== diagnostics.some(({severity}) => severity === 'error')) {
		return 'a config with an error, or none without one';
	}

	for (const {code, place, length, finding, remedy, sourceLine} of diagnostics) {
		const isPlaced = place.line >= 1 && place.line <= lines && place.column >= 1 && length >= 1;
		if (!isPlaced || (sourceLine !== undefined && place.column > sourceLine.length + 1)) {
			return `${code} stands at ${place.line}:${place.column} of ${lines} lines`;
		}

		if (!/^DM[12]\d{3}$/.test(code) || finding === '' || (!remedy.endsWith('.') && !remedy.endsWith('?'))) {
			return `${code} says "${finding}" "${remedy}"`;
		}
	}

	// Nothing of a file may reach the terminal as a command to it.
	return /[\p{Cc}\u202A-\u202E]/u.test(formatDiagnostics(diagnostics, {colors: false}).replaceAll('\n', ''))
		? 'a control character'
		: undefined;
};

const runs = {numRuns: 300};

test('no text makes the check throw or contradict itself', t => {
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 200}), text => {
			t.is(findContradiction(text), undefined);
		}),
		runs,
	);
});

test('no bytes make the check throw or contradict themselves', t => {
	fc.assert(
		fc.property(fc.uint8Array({maxLength: 300}), content => {
			t.is(findContradiction(content), undefined);
		}),
		runs,
	);
});

test('no text of the letters that YAML minds makes the check throw', t => {
	const yamlish = fc.string({
		unit: fc.constantFrom(
			...'{}[],:-?&*!|>%@`#"\'$ \n\tab1~<',
			'services',
			': ',
			'\n  ',
			'- ',
			'<<',
			'${',
			'{{',
			'---\n',
			'\r\n',
			'&a ',
			'*a',
		),
		maxLength: 60,
	});
	fc.assert(
		fc.property(yamlish, text => {
			t.is(findContradiction(text), undefined, JSON.stringify(text));
		}),
		{numRuns: 1500},
	);
});

test('no value in the place of another makes the check throw', async t => {
	const [text = ''] = await readValidConfigs();
	const anything = fc.oneof(
		fc.jsonValue({maxDepth: 3}),
		fc.constantFrom(null, -1, 1e300, '__proto__', '${A', {constructor: 1}, {__proto__: null}),
	);
	const words = [...text.matchAll(/[\w./-]+(?=[,\s}\]])/g)];
	fc.assert(
		fc.property(fc.nat(words.length - 1), anything, (index, value) => {
			const word = words[index];
			const at = word?.index ?? 0;
			const changed = text.slice(0, at) + JSON.stringify(value) + text.slice(at + (word?.[0].length ?? 0));
			t.is(findContradiction(changed), undefined, changed);
		}),
		{numRuns: 400},
	);
	t.true(words.length > 100);
});

test('no part of a file that is torn off, doubled or missing makes the check throw', async t => {
	const texts = await readValidConfigs();
	fc.assert(
		fc.property(fc.constantFrom(...texts), fc.nat(3000), fc.nat(200), fc.nat(3), (text, from, length, times) => {
			const start = from % text.length;
			const changed =
				text.slice(0, start) + text.slice(start, start + length).repeat(times) + text.slice(start + length);
			t.is(findContradiction(changed), undefined, changed);
		}),
		{numRuns: 300},
	);
});

test('the diagnostics of every golden case hold together', async t => {
	const golden = path.join(import.meta.dirname, 'golden');
	for (const name of await readdir(golden)) {
		const content = await readFile(path.join(golden, name, 'mesh.config.yaml')).catch(() => undefined);
		t.is(content && findContradiction(content), undefined, name);
	}
});
