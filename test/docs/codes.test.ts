import {glob, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {repository} from '../support/user.ts';

const catalogue = path.join(repository, 'docs', 'reference', 'codes.md');

/** The codes that the program may show: literals, not mentions in comments. */
const codesInSource = async (): Promise<ReadonlySet<string>> => {
	const codes = new Set<string>();
	for await (const file of glob('src/**/*.ts', {cwd: repository})) {
		const text = await readFile(path.join(repository, file), 'utf8');
		for (const [, code = ''] of text.matchAll(/['"`](DM\d{4})['"`]/g)) {
			codes.add(code);
		}
	}

	return codes;
};

const rowsOfCatalogue = async (): Promise<readonly string[]> =>
	[...(await readFile(catalogue, 'utf8')).matchAll(/^\| (DM\d{4}) \| \S.* \| \S.* \|$/gm)].map(([, code = '']) => code);

test('the codes in the source and in the catalogue are the same', async t => {
	const source = await codesInSource();
	const rows = await rowsOfCatalogue();
	t.true(source.size > 50);
	t.deepEqual(
		[...source].filter(code => !rows.includes(code)).sort(),
		[],
		'in the source only: add a row to docs/reference/codes.md',
	);
	t.deepEqual(
		rows.filter(code => !source.has(code)),
		[],
		'in docs/reference/codes.md only: remove the row',
	);
});

test('the catalogue lists each code once, in order', async t => {
	const rows = await rowsOfCatalogue();
	t.deepEqual(rows, [...new Set(rows)].sort());
});
