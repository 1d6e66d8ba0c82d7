import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {checkConfig} from '../../src/config/check-config.ts';
import {jsonSchema} from '../../src/config/json-schema.ts';
import {repository} from '../support/user.ts';

const reference = await readFile(path.join(repository, 'docs', 'reference', 'config.md'), 'utf8');

test('every key that the config may have stands in its reference', t => {
	const keys = keysOf(jsonSchema());
	t.true(keys.size > 40, `${keys.size} keys`);
	t.deepEqual(
		[...keys].filter(key => !new RegExp(`\`[^\`]*\\b${key}\\b[^\`]*\``).test(reference)),
		[],
	);
});

test('every config in the reference is accepted without a word', t => {
	const configs = [...reference.matchAll(/```yaml\n(version: .*?)```/gs)].map(([, text = '']) => text);
	t.true(configs.length > 0);
	for (const text of configs) {
		const {config, diagnostics} = checkConfig({text, file: 'config.md', folder: repository, environment: {}});
		t.deepEqual(diagnostics, []);
		t.truthy(config);
	}
});

/** The names of all properties, however deep. */
const keysOf = (schema: unknown): ReadonlySet<string> => {
	if (typeof schema !== 'object' || schema === null) {
		return new Set();
	}

	const {properties = {}} = schema as {readonly properties?: Readonly<Record<string, unknown>>};
	return new Set([...Object.keys(properties), ...Object.values(schema).flatMap(value => [...keysOf(value)])]);
};
