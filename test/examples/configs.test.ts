import {glob, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {readConfig} from '../../src/config/read-config.ts';
import {readCompose} from '../../src/interop/compose/create-compose-reader.ts';
import {createProject} from '../support/project.ts';
import {repository} from '../support/user.ts';

test('the config of every example is accepted without a word', async t => {
	const files = ['mesh.config.yaml'];
	for await (const file of glob('examples/*/mesh.config.yaml', {cwd: repository})) {
		files.push(file);
	}

	t.is(files.length, 4);
	for (const file of files) {
		const {config, diagnostics} = await readConfig(path.join(repository, file), {}, readCompose);
		t.deepEqual(diagnostics, [], file);
		t.true((config?.services.length ?? 0) > 0, file);
	}
});

test('the mesh of ten lines in the README is accepted without a word', async t => {
	const readme = await readFile(path.join(repository, 'README.md'), 'utf8');
	const text = /```yaml\n(.*?)```/s.exec(readme)?.[1] ?? '';
	t.true(text.trim().split('\n').length <= 10);
	const folder = await createProject(t, {'mesh.config.yaml': text});
	const {config, diagnostics} = await readConfig(path.join(folder, 'mesh.config.yaml'), {}, readCompose);
	t.deepEqual(diagnostics, []);
	t.deepEqual(
		config?.services.map(({name}) => name),
		['web', 'api'],
	);
});
