// Builds where docker's command line has no buildx: the engine's own builder does them, and says what it cannot do.
import {execFile} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import type {MeshError} from '../../../src/common/mesh-error.ts';
import {plainBuild} from '../../../src/config/build-container.ts';
import type {BuildConfig} from '../../../src/model/container-config.ts';
import {buildByEngine} from '../../../src/runtime/docker/images/build-by-engine.ts';
import {startTestEngine as startSharedEngine} from '../../support/docker-engine.ts';
import {comesUp, createEngineScene, goesDown, service} from '../../support/engine-scene.ts';
import {createProject} from '../../support/project.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

/** Builds these files by the engine's builder; gives the image's name, and what was left out. */
const build = async (
	t: ExecutionContext,
	files: Readonly<Record<string, string>>,
	more: Partial<BuildConfig> = {},
): Promise<{readonly image: string; readonly warning: MeshError | undefined}> => {
	const engine = await startSharedEngine();
	const docker = (await startTestEngine()).run;
	const folder = await createProject(t, files);
	const image = `devmesh-test/${path.basename(folder).toLowerCase()}`;
	t.teardown(() => docker('rmi', '--force', image).catch(() => ''));
	let warning: MeshError | undefined;
	await buildByEngine(
		engine,
		{service: 'web', image, build: {...plainBuild(path.join(folder, 'app')), ...more}, platform: undefined},
		{
			environment: {},
			signal: new AbortController().signal,
			onProgress: () => {},
			onWarning: found => {
				warning = found;
			},
		},
	);
	return {image, warning};
};

/** Runs a command in an image; gives what it printed. */
const runIn = async (image: string, ...command: readonly string[]): Promise<string> =>
	(await startTestEngine()).run('run', '--rm', image, ...command);

const listFiles = ['sh', '-c', 'cd /app && grep --recursive --files-with-matches "" . | sort'];

test.serial('the builder is sent what docker’s own command line sends', async t => {
	const files = {
		'app/Dockerfile': 'FROM node:26-slim\nWORKDIR /app\nCOPY . .\n',
		'app/main.js': 'main',
		'app/a.log': 'log',
		'app/.env': 'secret',
		'app/src/b.log': 'log',
		'app/src/c.js': 'c',
		'app/src/node_modules/d.js': 'd',
		'app/node_modules/e/f.js': 'f',
	};
	for (const rules of [
		undefined,
		'node_modules\n.env\n*.log\n',
		'*\n!src\n!main.js\n**/*.log\n',
		'**/node_modules\nDockerfile\n.dockerignore\n',
	]) {
		const all = {...files, ...(rules !== undefined && {'app/.dockerignore': rules})};
		const {image} = await build(t, all);
		const {host} = await startTestEngine();
		const folder = await createProject(t, all);
		await promisify(execFile)('docker', ['build', '--quiet', '--tag', `${image}:theirs`, path.join(folder, 'app')], {
			env: {...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '0'},
		});
		t.teardown(async () => (await startTestEngine()).run('rmi', `${image}:theirs`));
		t.is(await runIn(image, ...listFiles), await runIn(`${image}:theirs`, ...listFiles), rules);
	}
});

test.serial('a Dockerfile in place or outside of the context builds, and is no part of what it copies', async t => {
	const text = 'FROM node:26-slim\nWORKDIR /app\nCOPY . .\n';
	const files = {'app/main.js': 'main', Dockerfile: text};
	for (const more of [{dockerfileInline: text}, {dockerfile: '../Dockerfile'}]) {
		const {image, warning} = await build(t, files, more);
		t.is(warning, undefined);
		t.is(await runIn(image, ...listFiles), './main.js');
	}

	await t.throwsAsync(build(t, files, {dockerfile: '../missing'}), {
		code: 'DM5113',
		message: /web cannot be built: its Dockerfile cannot be read: ENOENT.*missing/,
	});
});

test.serial('target, arguments, labels, further names and hosts reach the builder', async t => {
	const docker = (await startTestEngine()).run;
	const other = `devmesh-test/other-${process.pid}`;
	t.teardown(() => docker('rmi', other));
	const {image} = await build(
		t,
		{
			'app/Dockerfile':
				'FROM node:26-slim AS one\nARG NAME\nRUN echo $NAME > /name && getent hosts db cache >> /name\nFROM one\nRUN false\n',
		},
		{
			target: 'one',
			args: {NAME: 'Ada'},
			labels: {team: 'shop'},
			tags: [other],
			extraHosts: ['db:10.0.0.1', 'cache:10.0.0.2'],
		},
	);
	t.regex(await runIn(image, 'cat', '/name'), /^Ada\n10\.0\.0\.1 +db\n10\.0\.0\.2 +cache$/);
	t.is(await docker('inspect', other, '--format', '{{.Config.Labels.team}}'), 'shop');
});

for (const line of [
	'RUN --mount=type=secret,id=token cat /run/secrets/token',
	'RUN --mount=type=cache,target=/cache true',
	'RUN --mount=type=ssh true',
	'COPY --link main.js .',
	'COPY --chmod=755 main.js .',
	'RUN <<EOF\necho hi\nEOF',
	'FROM --platform=$BUILDPLATFORM node:26-slim',
]) {
	test.serial(`a Dockerfile with ${JSON.stringify(line)} is told to need buildx`, async t => {
		const files = {'app/Dockerfile': `FROM node:26-slim\n${line}\n`, 'app/main.js': 'main'};
		const error = await t.throwsAsync<MeshError>(build(t, files), {code: 'DM5116'});
		t.regex(error?.message ?? '', /^web cannot be built by the engine's own builder: /);
		t.regex(error?.remedy ?? '', /docker-buildx/);
	});
}

test.serial('a dockerfile_inline of a repository is told to need buildx', async t => {
	const more = {context: 'https://example.invalid/shop.git', dockerfileInline: 'FROM node:26-slim'};
	await t.throwsAsync(build(t, {}, more), {code: 'DM5116', message: /dockerfile_inline/});
});

test.serial('a build that fails without something of its `build` says what was left out', async t => {
	const files = {'app/Dockerfile': 'FROM node:26-slim\nRUN echo no lib here >&2 && false\n'};
	const error = await t.throwsAsync<MeshError>(build(t, files, {additionalContexts: {lib: '/lib'}}), {code: 'DM5113'});
	t.regex(error?.message ?? '', /no lib here/);
	t.regex(error?.remedy ?? '', /^additional_contexts of its build was left out: .*Or correct the Dockerfile\.$/);
});

test.serial('`up` says what it left out of a build, each time', async t => {
	const engine = await startTestEngine();
	const {services} = JSON.parse(service());
	const scene = await createEngineScene(
		t,
		engine.host,
		JSON.stringify({
			services: {
				web: {
					...services.web,
					image: undefined,
					build: {
						context: '.',
						secrets: ['token'],
						ssh: ['default'],
						cache_to: ['type=inline'],
						additional_contexts: {lib: '.'},
						platforms: [`linux/${process.arch === 'x64' ? 'amd64' : process.arch}`, 'linux/s390x'],
					},
				},
			},
			secrets: {token: {file: './token.txt'}},
		}),
	);
	await writeFile(path.join(scene.folder, 'Dockerfile'), 'FROM node:26-slim\n');
	await writeFile(path.join(scene.folder, 'token.txt'), 'open sesame\n');
	// A docker command line may have buildx, so there is none at all.
	const user = await createUser(t, scene.folder, {DOCKER_HOST: engine.host, PATH: '/usr/sbin:/sbin'});
	for (let i = 0; i < 2; i++) {
		const up = await user.devmesh('up', '-d');
		t.is(up.code, 0, up.stdout + up.stderr);
		t.regex(
			up.stdout,
			/DM5115 {2}web is built without additional_contexts, cache_to, secrets, ssh, platforms but the first of its build.*\n {2}Install docker's buildx/,
		);
	}

	await comesUp(t, {...scene, user, up: () => user.devmesh('up', '-d')});
	await goesDown(t, {...scene, user}, engine.run);
});
