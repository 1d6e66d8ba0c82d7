// Builds the image of a service: by buildx where docker's command line has it, else by the engine's own builder.
import {stat} from 'node:fs/promises';
import path from 'node:path';
import {MeshError} from '../../../common/mesh-error.ts';
import type {BuildConfig} from '../../../model/container-config.ts';
import type {Engine} from '../connect-engine.ts';
import {buildByBuildx, hasBuildx} from './build-by-buildx.ts';
import {buildByEngine} from './build-by-engine.ts';
import type {ImageTools} from './ensure-image.ts';

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

/** Whether a context is the address of a repository, not a folder. */
export const isRemote = (context: string): boolean => !path.isAbsolute(context);
