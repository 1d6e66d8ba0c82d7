import test from 'ava';
import fc from 'fast-check';
import {fillTemplate, type Placeholder, unknownPlaceholders} from '../../src/config/fill-template.ts';

const lookup = ({service, at, part}: Placeholder): string | undefined => {
	const ending = at === undefined ? '' : `-${at}`;
	return service === undefined ? `3000${ending}` : service === 'api' ? `api-${part}${ending}` : undefined;
};

test('placeholders of services and of the own port are filled in, with spaces or without', t => {
	t.is(
		fillTemplate('--port={{port}} --api={{ api.url }} {{api.host}}:{{api.port}}', lookup),
		'--port=3000 --api=api-url api-host:api-port',
	);
});

test('what is not known stays as it is, and is told', t => {
	const text = '{{db.url}} {{api.name}} {{}} {{ports}} {{.url}} {port} {{port}}';
	t.is(fillTemplate(text, lookup), text.replace('{{port}}', '3000'));
	t.deepEqual(
		unknownPlaceholders(text, lookup).map(({whole}) => whole),
		['{{db.url}}', '{{api.name}}', '{{}}', '{{ports}}', '{{.url}}'],
	);
});

test('another port of a service, or of the app itself, is asked for by its number', t => {
	t.is(
		fillTemplate('{{port:9000}} {{api:9000.url}} {{ api:53.port }} {{api:0.url}} {{api:9000}}', lookup),
		'3000-9000 api-url-9000 api-port-53 {{api:0.url}} {{api:9000}}',
	);
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
