// Sees to it that the image of a service is there: found, pulled or built.
import type Dockerode from 'dockerode';
import {MeshError} from '../../../common/mesh-error.ts';
import type {ContainerConfig} from '../../../model/container-config.ts';
import type {Engine} from '../connect-engine.ts';
import {asEngineError, reasonOf, statusOf} from '../engine-errors.ts';
import {buildImage} from './build-image.ts';
import {followProgress, type ProgressStep} from './follow-progress.ts';
import {findCredentials} from './registry-credentials.ts';

export interface ImageWish {
	/** The mesh's id, for the name of what is built. */
	readonly mesh: string;
	readonly service: string;
	readonly container: ContainerConfig;
}

export interface ImageTools {
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Told in words, about once a second. */
	readonly onProgress: (message: string) => void;
	/** Told at each build: what it could not do, or undefined. */
	/** Aborted when nobody wants the image any more. */
	readonly signal: AbortSignal;
	readonly onWarning: (warning: MeshError | undefined) => void;
}

/** Gives the name of the image. Throws MeshError, naming the service. */
export const ensureImage = async (engine: Engine, wish: ImageWish, tools: ImageTools): Promise<string> => {
	const {container, service} = wish;
	if (container.build) {
		const image = imageName(wish);
		await buildImage(engine, {service, image, build: container.build, platform: container.platform}, tools);
		return image;
	}

	const image = imageName(wish);
	const known = container.pull === 'always' ? undefined : await inspect(engine, image);
	if (known) {
		checkPlatform(known, wish);
		return image;
	}

	if (container.pull === 'never') {
		throw missing(wish, 'it is not there, and `pull_policy: never` forbids to pull it');
	}

	await pull(engine, wish, image, tools);
	const pulled = await inspect(engine, image);
	if (!pulled) {
		throw missing(wish, 'the registry gave something else');
	}

	checkPlatform(pulled, wish);
	return image;
};

/** Under which it is found, or will be. */
export const imageName = ({container: {image, build}, mesh, service}: ImageWish): string =>
	image ?? (build ? `devmesh-${mesh}-${service}` : '');

const inspect = async ({docker, address}: Engine, image: string): Promise<Dockerode.ImageInspectInfo | undefined> => {
	try {
		return await docker.getImage(image).inspect();
	} catch (error) {
		if (statusOf(error) === 404) {
			return undefined;
		}

		throw asEngineError(error, address);
	}
};

const pull = async (
	{docker}: Engine,
	wish: ImageWish,
	image: string,
	{environment, onProgress, signal}: ImageTools,
): Promise<void> => {
	const {platform} = wish.container;
	// Without a tag, the engine would pull them all.
	const reference = /[:@][^/]+$/.test(image) ? image : `${image}:latest`;
	onProgress(`pulling ${image}`);
	try {
		const authconfig = await findCredentials(image, environment);
		const stream = await docker.pull(reference, {
			...(platform !== undefined && {platform}),
			...(authconfig && {authconfig}),
			abortSignal: signal,
		});
		const progress = createPullProgress(image);
		await followProgress(docker, stream, step => {
			const line = progress(step);
			if (line !== undefined) {
				onProgress(line);
			}
		});
	} catch (error) {
		throw explainPull(wish, image, reasonOf(error));
	}
};

/** Sums the layers up; gives a line whenever another tenth is there. */
export const createPullProgress = (image: string): ((step: ProgressStep) => string | undefined) => {
	const layers = new Map<string, {readonly current: number; readonly total: number}>();
	let told = 0;
	return ({id, status, progressDetail}) => {
		if (id === undefined || status !== 'Downloading' || !progressDetail?.total) {
			return undefined;
		}

		layers.set(id, {current: progressDetail.current ?? 0, total: progressDetail.total});
		const all = [...layers.values()];
		const current = all.reduce((sum, layer) => sum + layer.current, 0);
		const total = all.reduce((sum, layer) => sum + layer.total, 0);
		const tenth = Math.floor((10 * current) / total);
		if (tenth <= told) {
			return undefined;
		}

		told = tenth;
		return `pulling ${image}: ${mebibytes(current)} of ${mebibytes(total)} MiB`;
	};
};

const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

const explainPull = (wish: ImageWish, image: string, reason: string): MeshError => {
	if (/no matching manifest|does not match the specified platform/i.test(reason)) {
		return wrongPlatform(wish, reason);
	}

	if (/unauthorized|denied|authentication required/i.test(reason)) {
		return missing(wish, reason, `Correct the name, or log in: docker login ${image.split('/', 1)[0]}`);
	}

	return missing(wish, reason);
};

const missing = (
	{service, container}: ImageWish,
	reason: string,
	remedy = 'Correct `image`, pull it by hand to see more, or build it with `build`.',
): MeshError =>
	new MeshError({
		code: 'DM5111',
		message: `${service} has no image: ${container.image} cannot be had: ${reason}`,
		remedy,
	});

const wrongPlatform = ({service, container}: ImageWish, reason: string): MeshError =>
	new MeshError({
		code: 'DM5112',
		message: `${service} cannot run here: ${container.image} is not there for ${container.platform ?? 'this machine'}: ${reason}`,
		remedy: 'Say a platform that it is there for, such as `platform: linux/amd64`, or take another image.',
	});

const checkPlatform = ({Os, Architecture}: Dockerode.ImageInspectInfo, wish: ImageWish): void => {
	const {platform} = wish.container;
	const [os, architecture] = platform?.split('/') ?? [];
	if ((os !== undefined && os !== Os) || (architecture !== undefined && architecture !== Architecture)) {
		throw wrongPlatform(wish, `what is there is for ${Os}/${Architecture}`);
	}
};
