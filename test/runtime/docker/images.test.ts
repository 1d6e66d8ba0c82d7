import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import {plainBuild} from '../../../src/config/build-container.ts';
import {buildxArguments} from '../../../src/runtime/docker/images/build-by-buildx.ts';
import {createPullProgress} from '../../../src/runtime/docker/images/ensure-image.ts';
import {findCredentials, registryOf} from '../../../src/runtime/docker/images/registry-credentials.ts';

test('all keys of a build reach buildx', t => {
	const build = {
		...plainBuild('/shop'),
		dockerfile: 'docker/Dockerfile.dev',
		target: 'dev',
		args: {BASE: 'alpine', EMPTY: ''},
		labels: {team: 'shop'},
		additionalContexts: {lib: '/lib'},
		extraHosts: ['db:10.0.0.1'],
		cacheFrom: ['shop:cache'],
		cacheTo: ['type=inline'],
		platforms: ['linux/amd64', 'linux/arm64'],
		secrets: [
			{id: 'npm', file: '/npmrc'},
			{id: 'token', variable: 'TOKEN'},
		],
		ssh: ['default'],
		tags: ['shop:latest'],
		network: 'host',
		noCache: true,
		pull: true,
	};
	t.deepEqual(buildxArguments('shop', build, undefined).join(' ').split(' --').slice(1), [
		'load',
		'progress plain',
		'tag shop',
		'tag shop:latest',
		'file /shop/docker/Dockerfile.dev',
		'target dev',
		'build-arg BASE=alpine',
		'build-arg EMPTY=',
		'label team=shop',
		'build-context lib=/lib',
		'add-host db:10.0.0.1',
		'cache-from shop:cache',
		'cache-to type=inline',
		'platform linux/amd64,linux/arm64',
		'secret id=npm,src=/npmrc',
		'secret id=token,env=TOKEN',
		'ssh default',
		'network host',
		'no-cache',
		'pull /shop',
	]);
});

test('a pull tells of every further tenth of all layers together', t => {
	const progress = createPullProgress('shop');
	const step = (id: string, current: number) =>
		progress({id, status: 'Downloading', progressDetail: {current: current * 1024 * 1024, total: 10 * 1024 * 1024}});
	t.is(progress({status: 'Pulling from shop'}), undefined);
	t.is(step('a', 1), 'pulling shop: 1.0 of 10.0 MiB');
	t.is(step('b', 0), undefined);
	t.is(step('b', 3), 'pulling shop: 4.0 of 20.0 MiB');
	t.is(step('b', 3.1), undefined);
});

test('the registry of an image is told from the first part of its name', t => {
	t.is(registryOf('nginx'), 'https://index.docker.io/v1/');
	t.is(registryOf('library/nginx:1'), 'https://index.docker.io/v1/');
	t.is(registryOf('ghcr.io/shop/web:2'), 'ghcr.io');
	t.is(registryOf('localhost:5000/web'), 'localhost:5000');
});

test('credentials come from docker’s config and from the helpers that it names', async t => {
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-docker-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	await writeFile(
		path.join(folder, 'config.json'),
		JSON.stringify({
			auths: {'ghcr.io': {auth: Buffer.from('ada:se:cret').toString('base64')}},
			credHelpers: {'registry.example': 'test'},
		}),
	);
	const helper = path.join(folder, 'docker-credential-test');
	await writeFile(
		helper,
		'#!/bin/sh\nread server\necho "{\\"Username\\": \\"bob\\", \\"Secret\\": \\"for $server\\"}"\n',
	);
	await chmod(helper, 0o755);
	const environment = {DOCKER_CONFIG: folder, PATH: `${folder}:${process.env['PATH']}`};
	t.deepEqual(await findCredentials('ghcr.io/shop/web', environment), {
		username: 'ada',
		password: 'se:cret',
		serveraddress: 'ghcr.io',
	});
	t.deepEqual(await findCredentials('registry.example/web', environment), {
		username: 'bob',
		password: 'for registry.example',
		serveraddress: 'registry.example',
	});
	t.is(await findCredentials('nginx', environment), undefined);
	t.is(await findCredentials('nginx', {DOCKER_CONFIG: path.join(folder, 'missing')}), undefined);
});
