import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {parse} from 'yaml';
import {z} from 'zod';
import {jsonSchema} from '../../src/config/json-schema.ts';
import {repository} from '../support/user.ts';

const published = path.join(repository, 'schema', 'mesh.config.schema.json');
const golden = path.join(import.meta.dirname, 'golden');

/** A checker made of the published file, as an editor makes one. */
const readChecker = async (): Promise<z.ZodType> => z.fromJSONSchema(JSON.parse(await readFile(published, 'utf8')));

const readGolden = async (name: string): Promise<unknown> =>
	parse(await readFile(path.join(golden, name, 'mesh.config.yaml'), 'utf8'), {merge: true});

test('the published schema is what the code says; if not, run node scripts/write-schema.ts', async t => {
	t.is(await readFile(published, 'utf8'), `${JSON.stringify(jsonSchema(), null, '\t')}\n`);
});

test('an editor accepts every valid config, with its variables not filled in', async t => {
	const checker = await readChecker();
	const names = (await readdir(golden)).filter(name => name.startsWith('valid-') && name !== 'valid-byte-order-mark');
	t.true(names.length >= 5);
	for (const name of names) {
		const {error} = checker.safeParse(await readGolden(name));
		t.is(error, undefined, name);
	}

	for (const file of ['mesh.config.yaml', 'templates/mesh.config.yaml']) {
		t.true(checker.safeParse(parse(await readFile(path.join(repository, file), 'utf8'))).success, file);
	}
});

test('an editor marks unknown keys, wrong types and wrong units', async t => {
	const checker = await readChecker();
	for (const name of [
		'unknown-keys-with-near-ones',
		'wrong-types-all-over',
		'durations-with-wrong-units',
		'sizes-with-wrong-units',
		'ports-out-of-range',
		'replicas-out-of-range',
		'no-services',
	]) {
		t.false(checker.safeParse(await readGolden(name)).success, name);
	}
});

test('what is written for people stands in the schema, too', async t => {
	const text = JSON.stringify(jsonSchema());
	t.true(text.includes('What callers dial.'));
	t.false(text.includes('9007199254740991'));
	t.false(text.includes('starts_with'));
});
