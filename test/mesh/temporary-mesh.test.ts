import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {startTemporaryMesh} from '../../src/mesh/launch/temporary-mesh.ts';

const configIn =
	(...command: readonly string[]) =>
	async (folder: string): Promise<string> => {
		const file = path.join(folder, 'mesh.config.yaml');
		await writeFile(file, JSON.stringify({services: {api: {port: 80, command}}}));
		return file;
	};

test('a start that is broken off by an error leaves neither processes nor files', async t => {
	let own = '';
	await t.throwsAsync(
		startTemporaryMesh({
			configIn: folder => {
				own = folder;
				return configIn('node', '-e', 'setInterval(() => {}, 1000)')(folder);
			},
			onEvent: () => {
				throw new Error('the screen is gone');
			},
		}),
		{message: 'the screen is gone'},
	);
	t.not(own, '');
	t.false(existsSync(own));
	t.false(execFileSync('ps', ['-eo', 'args'], {encoding: 'utf8'}).includes(own));
});

test('services inherit the environment without what only the control plane is told by it', async t => {
	const program = `require('node:http')
		.createServer((request, response) => response.end(JSON.stringify(process.env)))
		.listen(process.env.PORT, '127.0.0.1');`;
	const mesh = await startTemporaryMesh({
		configIn: configIn('node', '-e', program),
		variables: {DEVMESH_RUNTIME: 'process', DEVMESH_CONFIG_FOLDER: process.cwd(), SHOP: 'open'},
	});
	t.teardown(mesh.stop);
	const {services} = await mesh.client.status();
	const inherited = (await (await fetch(services[0]?.hostUrl ?? '')).json()) as Readonly<Record<string, string>>;
	t.like(inherited, {SHOP: 'open', DEVMESH_SERVICE: 'api'});
	t.false('DEVMESH_RUNTIME' in inherited);
	t.false('DEVMESH_CONFIG_FOLDER' in inherited);
});
