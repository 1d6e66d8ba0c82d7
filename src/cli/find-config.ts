// Finds the config file of the mesh that a command is about.
import {existsSync} from 'node:fs';
import {realpath} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {MeshError} from '../common/mesh-error.ts';

const names = ['mesh.config.yaml', 'mesh.config.yml'] as const;

/**
 * Gives the file that was named, else the nearest one from here upwards, as git finds its repository; absolute, links resolved.
 * One that was named need not exist: its mesh may run, and want to be brought down. Throws MeshError when none is near.
 */
export const findConfig = async (named: string | undefined): Promise<string> => {
	const file = named === undefined ? nearest(process.cwd()) : path.resolve(named);
	if (file === undefined) {
		throw noSuchConfig(undefined);
	}

	return realpath(file).catch(async () => {
		const folder = path.dirname(file);
		return path.join(await realpath(folder).catch(() => folder), path.basename(file));
	});
};

/** The error of a file that was named and does not exist, or of none at all. */
export const noSuchConfig = (file: string | undefined): MeshError =>
	new MeshError({
		code: 'DM6012',
		message: file === undefined ? `there is no ${names[0]} here or above` : `${file} does not exist`,
		remedy: 'Write one with `devmesh init`, or name another with --file.',
	});

const nearest = (folder: string): string | undefined => {
	const found = names.map(name => path.join(folder, name)).find(file => existsSync(file));
	const above = path.dirname(folder);
	return found ?? (above === folder ? undefined : nearest(above));
};
