import {readdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {checkConfig} from '../../src/config/check-config.ts';
import {formatDiagnostics} from '../../src/config/format-diagnostics.ts';
import {generatedInputs} from './generated-inputs.ts';

// A case is a folder with a `mesh.config.yaml` and what is expected of it: `expected.txt`, the diagnostics as people
// see them, or `expected.json`, the config. UPDATE=1 writes them: read the difference before you commit it.
const golden = path.join(import.meta.dirname, 'golden');
const isUpdate = process.env['UPDATE'] === '1';
const folder = path.resolve('/project');
/** What the files may ask for. */
const environment = {HOME: '/home/me', EMPTY: '', PORT: '8080', PORT_TEXT: 'http', ZIP: '01234'};

const cases = (await readdir(golden)).sort();

for (const name of cases) {
	test(`golden: ${name}`, async t => {
		const text = generatedInputs[name]?.() ?? (await readFile(path.join(golden, name, 'mesh.config.yaml')));
		const {config, diagnostics} = checkConfig({text, file: 'mesh.config.yaml', folder, environment});
		t.is(
			config === undefined,
			diagnostics.some(({severity}) => severity === 'error'),
		);
		const results = {
			'expected.txt': diagnostics.length > 0 ? formatDiagnostics(diagnostics, {colors: false}) : undefined,
			'expected.json': config && diagnostics.length === 0 ? `${JSON.stringify(config, relocate, '\t')}\n` : undefined,
		};
		for (const [file, result] of Object.entries(results)) {
			const expected = path.join(golden, name, file);
			if (isUpdate) {
				await (result === undefined ? rm(expected, {force: true}) : writeFile(expected, result));
			}

			t.is(result, await readIfThere(expected), `${name}/${file}`);
		}
	});
}

test('at least fifty broken configs are held', async t => {
	const broken = await Promise.all(
		cases.map(async name => (await readIfThere(path.join(golden, name, 'expected.txt'))) !== undefined),
	);
	t.true(broken.filter(Boolean).length >= 50, `${broken.filter(Boolean).length} of ${cases.length}`);
});

test('no message is the words of a library', async t => {
	for (const name of cases) {
		const text = (await readIfThere(path.join(golden, name, 'expected.txt'))) ?? '';
		t.notRegex(
			text,
			/Invalid input|Too (?:small|big)|expected (?:string|number|object|array)|Please use|YAML\.parse/,
			name,
		);
	}
});

test('every input that is made here has its expectation', t => {
	t.deepEqual(
		Object.keys(generatedInputs).filter(name => !cases.includes(name)),
		[],
	);
});

const readIfThere = async (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);

/** The same text on every machine: Windows has another root and other slashes. */
const relocate = (_key: string, value: unknown): unknown =>
	typeof value === 'string' && path.isAbsolute(value)
		? value.replace(path.parse(folder).root, '/').replaceAll(path.sep, '/')
		: value;
