import {readdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {createApiClient} from '../../src/admin/api-client.ts';
import {meshIdOf} from '../../src/mesh/state-folder.ts';
import type {ApiAddress, ReloadResult} from '../../src/model/api.ts';
import {startBookinfo, statusOf} from '../support/bookinfo.ts';
import {readJson, repository} from '../support/user.ts';

const golden = path.join(repository, 'test', 'config', 'golden');

/** The committed broken files, by case. */
const brokenFiles = async (): Promise<ReadonlyMap<string, Uint8Array>> => {
	const cases = await readdir(golden);
	const found = new Map<string, Uint8Array>();
	for (const name of cases) {
		const expected = await readFile(path.join(golden, name, 'expected.txt'), 'utf8').catch(() => '');
		const isError = /^\S+:\d+:\d+ {2}DM\d{4} {2}/m.test(expected);
		const input = await readFile(path.join(golden, name, 'mesh.config.yaml')).catch(() => undefined);
		if (isError && input) {
			found.set(name, input);
		}
	}

	return found;
};

test.serial(
	'a running mesh keeps its revision and its services through fifty broken saves, and says what is wrong each time',
	async t => {
		const mesh = await startBookinfo(t);
		const sound = await readFile(mesh.configFile);
		const before = await mesh.status();
		const api = createApiClient(
			await readJson<ApiAddress>(path.join(mesh.user.home, meshIdOf(mesh.configFile), 'api.json')),
		);
		const url = `${await mesh.urlOf('details')}/details/1`;
		const broken = await brokenFiles();
		t.true(broken.size >= 45, `${broken.size} broken files`);
		const oversized = Buffer.alloc(10 * 1024 * 1024, '# a long comment\n');
		for (const [name, content] of [
			...broken,
			['binary', Buffer.from([0, 1, 2, 255])],
			['empty', Buffer.alloc(0)],
			['10 MB', oversized],
		] as const) {
			await writeFile(mesh.configFile, content);
			const result: ReloadResult = await api.reload();
			t.false(result.accepted, `${name} was accepted`);
			t.true(result.diagnostics.length > 0, `${name} has no diagnostic`);
			t.is(result.revision, before.revision, `${name} changed the revision`);
			t.is(await statusOf(url, undefined, {}), 200, `${name} disturbed a request`);
		}

		const during = await mesh.status();
		t.is(during.revision, before.revision);
		t.true(during.diagnostics.length > 0, 'status shows what is wrong');
		const pids = (status: typeof before) => status.services.flatMap(({instances}) => instances.map(({pid}) => pid));
		t.deepEqual(pids(during), pids(before), 'nothing was restarted');

		await writeFile(mesh.configFile, sound);
		const mended = await api.reload();
		t.true(mended.accepted);
		t.deepEqual(mended.diagnostics, []);
	},
);

test.serial('ten saves in a second end in the last state, and nothing was restarted for them', async t => {
	const mesh = await startBookinfo(t);
	const before = await mesh.status();
	const text = await readFile(mesh.configFile, 'utf8');
	for (let weight = 1; weight <= 10; weight++) {
		await writeFile(
			mesh.configFile,
			text.replace('v1, weight: 90', `v1, weight: ${weight}`).replace('v3, weight: 10', 'v3, weight: 1'),
		);
		await new Promise(resolve => {
			setTimeout(resolve, 60);
		});
	}

	for (;;) {
		const {stdout} = await mesh.user.devmesh('routes', 'reviews');
		if (stdout.includes('reviews v1 (90.91 %) or reviews v3 (9.09 %)')) {
			break;
		}
	}

	const after = await mesh.status();
	t.deepEqual(
		after.services.flatMap(({instances}) => instances.map(({pid}) => pid)),
		before.services.flatMap(({instances}) => instances.map(({pid}) => pid)),
	);
});

test.serial('a changed service is restarted alone', async t => {
	const mesh = await startBookinfo(t);
	const before = await mesh.status();
	const text = await readFile(mesh.configFile, 'utf8');
	await writeFile(
		mesh.configFile,
		text.replace('command: node details.mjs', 'command: node details.mjs\n    env: { LEVEL: debug }'),
	);
	const pidOf = (status: typeof before, service: string) =>
		status.services.find(entry => entry.service === service)?.instances[0];
	for (;;) {
		const after = await mesh.status();
		const details = pidOf(after, 'details');
		if (details?.state === 'ready' && details.pid !== pidOf(before, 'details')?.pid) {
			t.is(pidOf(after, 'ratings')?.pid, pidOf(before, 'ratings')?.pid);
			t.is(pidOf(after, 'productpage')?.pid, pidOf(before, 'productpage')?.pid);
			return;
		}
	}
});
