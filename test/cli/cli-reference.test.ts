import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {type CommandManifest, formatCliReference} from '../../scripts/write-cli-reference.ts';
import {createSourceRoot} from '../support/devmesh-from-source.ts';
import {repository} from '../support/user.ts';

test('the page of the command line is current; else build, and run scripts/write-cli-reference.ts', async t => {
	const root = await createSourceRoot(t);
	const manifest = JSON.parse(await readFile(path.join(root, 'oclif.manifest.json'), 'utf8')) as CommandManifest;
	const page = await readFile(path.join(repository, 'docs', 'reference', 'cli.md'), 'utf8');
	t.is(formatCliReference(manifest), page);
});

test('hidden commands are not on the page', t => {
	const command = {id: 'fault:add', summary: 'Add one.', flags: {}, args: {}};
	const page = formatCliReference({commands: {a: command, b: {...command, id: 'secret', hidden: true}}});
	t.regex(page, /## devmesh fault add\n\nAdd one\.\n$/);
	t.notRegex(page, /secret/);
});
