import {Buffer} from 'node:buffer';
import {chmod, mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {readConfig} from '../../src/config/read-config.ts';
import {readCompose} from '../../src/interop/compose/create-compose-reader.ts';
import {createProject} from '../support/project.ts';

const text = 'services:\n  web: { port: $WEB_PORT, command: node web.js }\n';

const portOf = ({config}: Awaited<ReturnType<typeof readConfig>>): number | undefined => config?.services[0]?.port;

test('variables come from .env beside the file, and the environment goes before it', async t => {
	const folder = await createProject(t, {
		'mesh.config.yaml': text,
		'.env': '# ports\nWEB_PORT=8081\n',
	});
	const file = path.join(folder, 'mesh.config.yaml');
	t.is(portOf(await readConfig(file, {}, readCompose)), 8081);
	t.is(portOf(await readConfig(file, {WEB_PORT: '8082'}, readCompose)), 8082);
	t.is(portOf(await readConfig(file, {WEB_PORT: undefined}, readCompose)), 8081);
});

test('the text comes along, and paths start from the folder of the file', async t => {
	const content = 'services:\n  web: { port: 80, command: node web.js, workdir: app }\n';
	const folder = await createProject(t, {'mesh.config.yaml': content});
	const {config, text: read} = await readConfig(path.join(folder, 'mesh.config.yaml'), {}, readCompose);
	t.is(read, content);
	t.is(config?.folder, folder);
	const [web] = config?.services ?? [];
	t.is(web?.kind === 'workload' ? web.versions[0]?.workdir : undefined, path.join(folder, 'app'));
});

test('a file that does not exist is a diagnostic', async t => {
	const folder = await createProject(t, {});
	const {config, diagnostics, text: read} = await readConfig(path.join(folder, 'mesh.config.yaml'), {}, readCompose);
	t.is(config, undefined);
	t.is(read, undefined);
	t.like(diagnostics, {length: 1, 0: {code: 'DM1001', finding: 'the file does not exist'}});
});

test('a folder is no config file', async t => {
	const folder = await createProject(t, {});
	await mkdir(path.join(folder, 'mesh.config.yaml'));
	const {diagnostics} = await readConfig(path.join(folder, 'mesh.config.yaml'), {}, readCompose);
	t.like(diagnostics, {length: 1, 0: {code: 'DM1001'}});
});

test('of a file of 10 MB no more is read than is allowed', async t => {
	const folder = await createProject(t, {});
	const file = path.join(folder, 'mesh.config.yaml');
	await writeFile(file, Buffer.alloc(10 * 1024 * 1024, '# and so on\n'));
	const {diagnostics, text: read} = await readConfig(file, {}, readCompose);
	t.like(diagnostics, {length: 1, 0: {code: 'DM1002'}});
	t.is(read?.length, 1024 * 1024 + 1);
});

test('a .env that cannot be read is told, not taken for none', async t => {
	const folder = await createProject(t, {'mesh.config.yaml': text});
	await mkdir(path.join(folder, '.env'));
	const {config, diagnostics} = await readConfig(path.join(folder, 'mesh.config.yaml'), {WEB_PORT: '80'}, readCompose);
	t.is(config, undefined);
	t.like(diagnostics, {length: 1, 0: {code: 'DM1001', place: {file: '.env'}}});
});

// Root may read everything, and Windows has no such permissions.
const maySeeAll = process.platform === 'win32' || process.getuid?.() === 0;

test('a file without permission is a diagnostic', async t => {
	const folder = await createProject(t, {'mesh.config.yaml': 'services: {}\n'});
	const file = path.join(folder, 'mesh.config.yaml');
	await chmod(file, 0);
	const {diagnostics} = await readConfig(file, {}, readCompose);
	t.is(diagnostics[0]?.code, maySeeAll ? undefined : 'DM1001');
});
