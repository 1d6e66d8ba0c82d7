// Builds the image of a service: by buildx where docker's command line has it, else by the engine's own builder.
import {spawn} from 'node:child_process';
import {stat} from 'node:fs/promises';
import path from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import type Dockerode from 'dockerode';
import {MeshError} from '../../../common/mesh-error.ts';
import type {BuildConfig} from '../../../model/container-config.ts';
import type {Engine} from '../connect-engine.ts';
import {reasonOf} from '../engine-errors.ts';
import type {ImageTools} from './ensure-image.ts';
import {followProgress} from './follow-progress.ts';

export interface BuildWish {
	readonly service: string;
	/** What the result is named. */
	readonly image: string;
	readonly build: BuildConfig;
	readonly platform: string | undefined;
}

/** Builds it; what has not changed comes from the engine's cache. Throws MeshError with the end of what the build printed. */
export const buildImage = async (engine: Engine, wish: BuildWish, tools: ImageTools): Promise<void> => {
	const {build, service} = wish;
	if (!isRemote(build.context) && !(await stat(build.context).catch(() => undefined))?.isDirectory()) {
		throw new MeshError({
			code: 'DM5113',
			message: `${service} cannot be built: its folder ${build.context} does not exist`,
			remedy: 'Correct `build` of the service.',
		});
	}

	await ((await hasBuildx(engine, tools)) ? buildByBuildx : buildByEngine)(engine, wish, tools);
};

const isRemote = (context: string): boolean => !path.isAbsolute(context);

const hasBuildx = async ({address}: Engine, {environment}: ImageTools): Promise<boolean> =>
	(await runDocker(['buildx', 'version'], address, environment, () => {})) === 0;

const buildByBuildx = async (
	{address}: Engine,
	{service, image, build, platform}: BuildWish,
	{environment}: ImageTools,
): Promise<void> => {
	const lines: string[] = [];
	const code = await runDocker(
		buildxArguments(image, build, platform),
		address,
		environment,
		line => {
			lines.push(line);
		},
		build.dockerfileInline,
	);
	if (code !== 0) {
		throw failed(service, `buildx ended with ${code}`, lines);
	}
};

/** What `docker` is told. */
export const buildxArguments = (image: string, build: BuildConfig, platform: string | undefined): readonly string[] => {
	const each = (flag: string, values: readonly string[]): readonly string[] => values.flatMap(value => [flag, value]);
	const pairs = (values: Readonly<Record<string, string>>): readonly string[] =>
		Object.entries(values).map(([name, value]) => `${name}=${value}`);
	const platforms = build.platforms.length > 0 ? build.platforms : platform === undefined ? [] : [platform];
	return [
		...['buildx', 'build', '--load', '--progress', 'plain', '--tag', image],
		...each('--tag', build.tags),
		...(build.dockerfileInline === undefined
			? build.dockerfile === undefined
				? []
				: ['--file', path.resolve(build.context, build.dockerfile)]
			: ['--file', '-']),
		...(build.target === undefined ? [] : ['--target', build.target]),
		...each('--build-arg', pairs(build.args)),
		...each('--label', pairs(build.labels)),
		...each('--build-context', pairs(build.additionalContexts)),
		...each('--add-host', build.extraHosts),
		...each('--cache-from', build.cacheFrom),
		...each('--cache-to', build.cacheTo),
		...(platforms.length === 0 ? [] : ['--platform', platforms.join(',')]),
		...build.secrets.flatMap(({id, file, variable}) => [
			'--secret',
			file === undefined ? `id=${id},env=${variable ?? id}` : `id=${id},src=${file}`,
		]),
		...each('--ssh', build.ssh),
		...(build.network === undefined ? [] : ['--network', build.network]),
		...(build.noCache ? ['--no-cache'] : []),
		...(build.pull ? ['--pull'] : []),
		...(build.shmSize === undefined ? [] : ['--shm-size', String(build.shmSize)]),
		build.context,
	];
};

/** Gives the exit code; 127 when there is no such program. */
const runDocker = (
	args: readonly string[],
	address: string,
	environment: ImageTools['environment'],
	onLine: (line: string) => void,
	input = '',
): Promise<number> =>
	new Promise(resolve => {
		const child = spawn('docker', [...args], {
			env: {...environment, DOCKER_HOST: address},
			stdio: ['pipe', 'pipe', 'pipe'],
			windowsHide: true,
		});
		const take = (chunk: Buffer): void => {
			for (const line of chunk.toString().split('\n')) {
				if (line.trim() !== '') {
					onLine(line);
				}
			}
		};

		child.stdout.on('data', take);
		child.stderr.on('data', take);
		child.stdin.on('error', () => {});
		child.once('error', () => resolve(127));
		child.once('close', code => resolve(code ?? 1));
		child.stdin.end(input);
	});

const buildByEngine = async (
	{docker}: Engine,
	{service, image, build, platform}: BuildWish,
	{onProgress}: ImageTools,
): Promise<void> => {
	const lost = beyondEngine(build);
	if (lost.length > 0) {
		onProgress(`${lost.join(', ')} of build: needs docker's buildx, and is left out`);
	}

	if (build.dockerfileInline !== undefined) {
		throw failed(service, "dockerfile_inline needs docker's buildx", []);
	}

	// What a program prints comes in pieces, and in red when it is an error.
	let printed = '';
	try {
		const stream = await docker.buildImage(
			isRemote(build.context) ? '' : {context: build.context, src: ['.']},
			engineOptions(image, build, platform),
		);
		await followProgress(docker, stream, ({stream: text = ''}) => {
			printed += stripVTControlCharacters(text);
			if (text.startsWith('Step ')) {
				onProgress(`building: ${text.trimEnd()}`);
			}
		});
	} catch (error) {
		const lines = printed.split('\n').filter(line => line.trim() !== '');
		throw failed(service, reasonOf(error), lines);
	}
};

/** The keys that the engine's own builder does not know. */
const beyondEngine = (build: BuildConfig): readonly string[] => [
	...(Object.keys(build.additionalContexts).length > 0 ? ['additional_contexts'] : []),
	...(build.cacheTo.length > 0 ? ['cache_to'] : []),
	...(build.secrets.length > 0 ? ['secrets'] : []),
	...(build.ssh.length > 0 ? ['ssh'] : []),
	...(build.platforms.length > 1 ? ['platforms'] : []),
];

const engineOptions = (
	image: string,
	build: BuildConfig,
	platform = build.platforms[0],
): Dockerode.ImageBuildOptions => ({
	t: image,
	...(isRemote(build.context) && {remote: build.context}),
	...(build.dockerfile !== undefined && {dockerfile: build.dockerfile}),
	...(build.target !== undefined && {target: build.target}),
	buildargs: {...build.args},
	// Nothing is left of a step that failed.
	forcerm: true,
	labels: {...build.labels},
	...(build.extraHosts.length > 0 && {extrahosts: build.extraHosts.join(',')}),
	...(build.cacheFrom.length > 0 && {cachefrom: JSON.stringify(build.cacheFrom)}),
	...(build.network !== undefined && {networkmode: build.network}),
	...(build.noCache && {nocache: true}),
	...(build.pull && {pull: true}),
	...(build.shmSize !== undefined && {shmsize: build.shmSize}),
	...(platform !== undefined && {platform}),
});

const tailLines = 12;

const failed = (service: string, reason: string, lines: readonly string[]): MeshError =>
	new MeshError({
		code: 'DM5113',
		message: [`${service} cannot be built: ${reason}`, ...lines.slice(-tailLines).map(line => `  ${line}`)].join('\n'),
		remedy: 'Correct the Dockerfile or `build` of the service, and save the config.',
	});
