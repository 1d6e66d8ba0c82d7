import test from 'ava';
import fc from 'fast-check';
import {fillTemplate, unknownPlaceholders} from '../../src/config/fill-template.ts';

const lookup = (service: string | undefined, part: string): string | undefined =>
	service === undefined ? '3000' : service === 'api' ? `api-${part}` : undefined;

test('placeholders of services and of the own port are filled in, with spaces or without', t => {
	t.is(
		fillTemplate('--port={{port}} --api={{ api.url }} {{api.host}}:{{api.port}}', lookup),
		'--port=3000 --api=api-url api-host:api-port',
	);
});

test('what is not known stays as it is, and is told', t => {
	const text = '{{db.url}} {{api.name}} {{}} {{ports}} {{.url}} {port} {{port}}';
	t.is(fillTemplate(text, lookup), text.replace('{{port}}', '3000'));
	t.deepEqual(unknownPlaceholders(text, lookup), ['{{db.url}}', '{{api.name}}', '{{}}', '{{ports}}', '{{.url}}']);
});

test('every placeholder of a text is filled in, and nothing around it changes', t => {
	const values: Readonly<Record<string, string>> = {
		'{{port}}': '3000',
		'{{api.url}}': 'api-url',
		'{{api.host}}': 'api-host',
	};
	const parts = fc.array(fc.constantFrom(...Object.keys(values), ' a ', '.', ':', '$', '{{db.url}}'));
	fc.assert(
		fc.property(parts, texts => {
			t.is(fillTemplate(texts.join(''), lookup), texts.map(text => values[text] ?? text).join(''));
		}),
	);
});
