import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {wholeFile} from '../../../src/config/place-finding.ts';
import {readConfig} from '../../../src/config/read-config.ts';
import {createComposeReader, readCompose} from '../../../src/interop/compose/create-compose-reader.ts';
import {createProject} from '../../support/project.ts';
import {anyValue} from './any-value.ts';

test('what an engine knows of an image stands behind the files, and before what its name tells', async t => {
	const folder = await createProject(t, {
		'compose.yaml': `services:
  said: { image: example/a, expose: [1] }
  known: { image: mysql }
  known-elsewhere: { image: mysql:mine }
  unknown: { image: mysql:absent }
  built: { build: . }
`,
	});
	const asked: string[] = [];
	const read = createComposeReader({
		exposedPortsOf: service => {
			asked.push(service);
			return {said: [5432, 80], known: [33_060, 3306], 'known-elsewhere': [3307], built: [80]}[service] ?? [];
		},
	});
	const {services} = await read({
		files: [{path: path.join(folder, 'compose.yaml'), placed: wholeFile('mesh.config.yaml')}],
		profiles: [],
		folder,
		environment: {},
	});
	t.deepEqual(
		services.map(({workload: {port, protocol, ports = []}}) =>
			[{port, protocol}, ...ports].map(each => `${each.port} ${each.protocol}`).join(', '),
		),
		['1 auto, 5432 tcp, 80 auto', '3306 tcp, 33060 auto', '3307 tcp', '3306 tcp', '80 auto'],
	);
	t.deepEqual(
		services.map(({workload: {imagePorts}}) => imagePorts),
		[[5432, 80], [33_060, 3306], [3307], [3306], [80]],
		'whatever the file does not say',
	);
	t.deepEqual(asked, ['said', 'known', 'known-elsewhere', 'unknown', 'built']);
});

test('whatever stands in a compose file, a config comes of it or a diagnostic', async t => {
	const folder = await createProject(t, {'mesh.config.yaml': 'compose: compose.yaml\n'});
	const services = fc.dictionary(fc.constantFrom('a', 'B_c', 'toString', '__proto__'), anyValue, {
		noNullPrototype: true,
	});
	await fc.assert(
		fc.asyncProperty(services, anyValue, async (written, others) => {
			const text = JSON.stringify({services: written, volumes: others, secrets: others, networks: others});
			await writeFile(path.join(folder, 'compose.yaml'), text);
			const {config, diagnostics} = await readConfig(path.join(folder, 'mesh.config.yaml'), {}, readCompose);
			t.is(
				config === undefined,
				diagnostics.some(({severity}) => severity === 'error'),
			);
			t.false(diagnostics.some(({code}) => code === 'DM1001'));
		}),
		{numRuns: 400},
	);
});
