import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {readValidFor} from '../../src/cli/read-valid-for.ts';
import {createDevmesh} from '../support/devmesh-from-source.ts';

const config = `version: 1
name: shop
services:
  web: { port: 8000, image: web, dependsOn: [api] }
  api: { port: 8001, image: api }
`;

test('export compose writes beside the config, says what, and writes again over its own', async t => {
	const devmesh = await createDevmesh(t, config);
	const {code, stdout, stderr} = await devmesh.run(['export', 'compose', '--valid-for', '2d', '--json']);
	t.is(code, 0, stderr);
	const result = JSON.parse(stdout) as {folder: string; files: readonly string[]; validUntil: string};
	t.is(path.basename(result.folder), 'devmesh-compose');
	t.deepEqual((await readdir(path.join(result.folder, 'sidecars'))).sort(), [
		'api-1.json',
		'gateway.json',
		'web-1.json',
	]);
	for (const file of ['compose.yaml', 'README.md', '.gitignore', 'proxy/Dockerfile', 'proxy/pod.js']) {
		t.true(result.files.includes(file), file);
	}

	t.true(Date.parse(result.validUntil) - Date.now() > 1.9 * 86_400_000);
	t.regex(await readFile(path.join(result.folder, 'README.md'), 'utf8'), /All certificates end on \d{4}-\d\d-\d\d;/);
	const again = await devmesh.run(['export', 'compose']);
	t.is(again.code, 0, again.stderr);
	t.regex(again.stdout, /^Wrote \d+ files into devmesh-compose, good until \d{4}-\d\d-\d\d\.\n/);
});

test('export compose refuses folders of others, local processes and broken configs', async t => {
	const devmesh = await createDevmesh(t, config);
	const elsewhere = await devmesh.run(['export', 'compose', '--out', '.']);
	t.is(elsewhere.code, 1);
	t.regex(elsewhere.stderr, /^DM6042 {2}.* was not written by devmesh\n/);
	const local = await createDevmesh(t, config.replace('image: api', 'command: node api.js'));
	t.regex((await local.run(['export', 'compose'])).stderr, /^DM6040 {2}api has neither image nor build/);
	const broken = await createDevmesh(t, config.replace('[api]', '[aip]'));
	const {code, stderr} = await broken.run(['export', 'compose']);
	t.is(code, 1);
	t.regex(stderr, /there is no service "aip"/);
	t.is((await devmesh.run(['export', 'compose', '--valid-for', 'ever'])).code, 2);
});

test('a lifetime is hours, days or weeks, up to 825 days', t => {
	t.is(readValidFor('12h'), 12 * 3_600_000);
	t.is(readValidFor('825d'), 825 * 86_400_000);
	t.is(readValidFor('2w'), 14 * 86_400_000);
	for (const text of ['', '0d', '826d', '90', '1.5d', '-1d', '90 d', '5m']) {
		t.throws(() => readValidFor(text), {message: `certificates cannot be good for "${text}"`});
	}
});
