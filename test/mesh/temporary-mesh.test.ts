import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {startTemporaryMesh} from '../../src/mesh/launch/temporary-mesh.ts';

const config = {services: {api: {port: 80, command: ['node', '-e', 'setInterval(() => {}, 1000)']}}};

test('a start that is broken off by an error leaves neither processes nor files', async t => {
	let own = '';
	await t.throwsAsync(
		startTemporaryMesh({
			configIn: async folder => {
				own = folder;
				const file = path.join(folder, 'mesh.config.yaml');
				await writeFile(file, JSON.stringify(config));
				return file;
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
