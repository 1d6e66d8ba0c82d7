import path from 'node:path';
import test from 'ava';
import {wholeFile} from '../../../src/config/place-finding.ts';
import {createComposeReader} from '../../../src/interop/compose/create-compose-reader.ts';
import {createProject} from '../../support/project.ts';

test('what an engine knows of an image stands behind everything else', async t => {
	const folder = await createProject(t, {
		'compose.yaml': `services:
  said: { image: example/a, expose: [1] }
  known: { image: mysql }
  asked: { image: example/a }
  built: { build: . }
`,
	});
	const asked: string[] = [];
	const read = createComposeReader({
		exposedPortsOf: image => {
			asked.push(image);
			return [5432, 80];
		},
	});
	const {services} = await read({
		files: [{path: path.join(folder, 'compose.yaml'), placed: wholeFile('mesh.config.yaml')}],
		profiles: [],
		folder,
		environment: {},
	});
	t.deepEqual(
		services.map(({workload: {port, protocol}}) => `${port} ${protocol}`),
		['1 http', '3306 tcp', '5432 tcp', '0 http'],
	);
	t.true(asked.includes('example/a'));
});
