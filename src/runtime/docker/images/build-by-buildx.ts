// Builds by docker's buildx, which knows all that a Dockerfile and a compose file may say.
import {spawn} from 'node:child_process';
import path from 'node:path';
import type {BuildConfig} from '../../../model/container-config.ts';
import type {Engine} from '../connect-engine.ts';
import {buildFailed} from './build-failed.ts';
import type {BuildWish} from './build-image.ts';
import type {ImageTools} from './ensure-image.ts';

/** Whether docker's command line has it. */
export const hasBuildx = async ({address}: Engine, {environment, signal}: ImageTools): Promise<boolean> =>
	(await runDocker(['buildx', 'version'], address, {environment, signal}, () => {})) === 0;

/** Builds by it. Throws MeshError with the end of what it printed. */
export const buildByBuildx = async (
	{address}: Engine,
	{service, image, build, platform}: BuildWish,
	{environment, signal}: ImageTools,
): Promise<void> => {
	const lines: string[] = [];
	const code = await runDocker(
		buildxArguments(image, build, platform),
		address,
		{environment, signal},
		line => {
			lines.push(line);
		},
		build.dockerfileInline,
	);
	if (code !== 0) {
		throw buildFailed(service, `buildx ended with ${code}`, lines);
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
	{environment, signal}: Pick<ImageTools, 'environment' | 'signal'>,
	onLine: (line: string) => void,
	input = '',
): Promise<number> =>
	new Promise(resolve => {
		const child = spawn('docker', [...args], {
			env: {...environment, DOCKER_HOST: address},
			stdio: ['pipe', 'pipe', 'pipe'],
			signal,
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
