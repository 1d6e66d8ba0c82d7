// Builds by the engine's own builder, which is there without a plugin and knows less than buildx.
import {stripVTControlCharacters} from 'node:util';
import type Dockerode from 'dockerode';
import {MeshError} from '../../../common/mesh-error.ts';
import type {BuildConfig} from '../../../model/container-config.ts';
import type {Engine} from '../connect-engine.ts';
import {reasonOf} from '../engine-errors.ts';
import {buildFailed} from './build-failed.ts';
import {type BuildWish, isRemote} from './build-image.ts';
import type {ImageTools} from './ensure-image.ts';
import {followProgress} from './follow-progress.ts';
import {type PackedContext, packContext} from './pack-context.ts';

/** Builds it, and says what of its `build` was left out. Throws MeshError with the end of what was printed. */
export const buildByEngine = async (
	{docker}: Engine,
	{service, image, build, platform}: BuildWish,
	{onProgress, onWarning, signal}: ImageTools,
): Promise<void> => {
	const lost = beyondEngine(build);
	onWarning(lost.length === 0 ? undefined : leftOut(service, lost));
	const context = await contextOf(service, build);
	// What a program prints comes in pieces, and in red when it is an error.
	let printed = '';
	try {
		const stream = await docker.buildImage(context.body as NodeJS.ReadableStream, {
			...engineOptions(image, build, platform),
			...(context.dockerfile !== undefined && {dockerfile: context.dockerfile}),
			abortSignal: context.broken ? AbortSignal.any([context.broken, signal]) : signal,
		});
		await followProgress(docker, stream, ({stream: text = ''}) => {
			printed += stripVTControlCharacters(text);
			if (text.startsWith('Step ')) {
				onProgress(`building: ${text.trimEnd()}`);
			}
		});
	} catch (error) {
		const reason = context.broken?.aborted ? messageOf(context.broken.reason) : reasonOf(error);
		if (isForBuildx(reason)) {
			throw needsBuildx(service, reason);
		}

		const lines = printed.split('\n').filter(line => line.trim() !== '');
		throw lost.length === 0
			? buildFailed(service, reason, lines)
			: buildFailed(
					service,
					reason,
					lines,
					`${lost.join(', ')} of its build was left out: ${howToInstall} Or correct the Dockerfile.`,
				);
	} finally {
		context.release?.();
	}
};

/** The keys that the engine's own builder does not know. */
const beyondEngine = (build: BuildConfig): readonly string[] => [
	...(Object.keys(build.additionalContexts).length > 0 ? ['additional_contexts'] : []),
	...(build.cacheTo.length > 0 ? ['cache_to'] : []),
	...(build.secrets.length > 0 ? ['secrets'] : []),
	...(build.ssh.length > 0 ? ['ssh'] : []),
	...(build.platforms.length > 1 ? ['platforms but the first'] : []),
];

const howToInstall =
	"Install docker's buildx (the package docker-buildx-plugin or docker-buildx); `docker buildx version` shows whether it is there.";

const leftOut = (service: string, lost: readonly string[]): MeshError =>
	new MeshError({
		code: 'DM5115',
		message: `${service} is built without ${lost.join(', ')} of its build, which only docker's buildx knows`,
		remedy: howToInstall,
	});

const needsBuildx = (service: string, reason: string): MeshError =>
	new MeshError({
		code: 'DM5116',
		message: `${service} cannot be built by the engine's own builder: ${reason}`,
		remedy: `${howToInstall} Or write the Dockerfile without it.`,
	});

/** Flags as of `RUN --mount` and `COPY --link`, texts in place (`<<EOF`), and platforms that only BuildKit tells. */
const isForBuildx = (reason: string): boolean =>
	/requires BuildKit|dockerfile parse error.*unknown (?:flag|instruction)|failed to parse platform : ""/i.test(reason);

/** Of a file: the words of the engine's errors are about sockets. */
const messageOf = (error: unknown): string => (error as Error).message;

interface Context extends Pick<PackedContext, 'dockerfile'> {
	/** Empty for one that the engine fetches itself. */
	readonly body: NodeJS.ReadableStream | '';
	readonly broken?: AbortSignal;
	readonly release?: () => void;
}

const contextOf = async (service: string, build: BuildConfig): Promise<Context> => {
	const {context, dockerfile, dockerfileInline} = build;
	if (!isRemote(context)) {
		return packContext(context, {dockerfile, dockerfileInline}).catch((error: unknown) => {
			throw buildFailed(service, `its Dockerfile cannot be read: ${messageOf(error)}`, []);
		});
	}

	if (dockerfileInline !== undefined) {
		throw needsBuildx(service, `its dockerfile_inline is no part of ${context}`);
	}

	return {body: '', dockerfile};
};

const engineOptions = (
	image: string,
	build: BuildConfig,
	platform = build.platforms[0],
): Dockerode.ImageBuildOptions => ({
	// Of a list, the engine takes each, though the types know of one.
	...listOf('t', [image, ...build.tags]),
	...(isRemote(build.context) && {remote: build.context}),
	...(build.target !== undefined && {target: build.target}),
	buildargs: {...build.args},
	// Nothing is left of a step that failed.
	forcerm: true,
	labels: {...build.labels},
	...listOf('extrahosts', build.extraHosts),
	...(build.cacheFrom.length > 0 && {cachefrom: JSON.stringify(build.cacheFrom)}),
	...(build.network !== undefined && {networkmode: build.network}),
	...(build.noCache && {nocache: true}),
	...(build.pull && {pull: true}),
	...(build.shmSize !== undefined && {shmsize: build.shmSize}),
	...(platform !== undefined && {platform}),
});

const listOf = (key: string, values: readonly string[]): object => (values.length > 0 ? {[key]: values} : {});
