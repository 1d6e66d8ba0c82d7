// Finds the config file of the mesh that a command is about.
import {existsSync} from 'node:fs';
import {realpath} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {MeshError} from '../common/mesh-error.ts';

const names = ['mesh.config.yaml', 'mesh.config.yml'] as const;

/** Gives the file that was named, else the nearest one from here upwards, as git finds its repository; absolute, links resolved. Throws MeshError. */
export const findConfig = async (named: string | undefined): Promise<string> => {
	const file = named === undefined ? nearest(process.cwd()) : path.resolve(named);
	if (file === undefined || !existsSync(file)) {
		throw new MeshError({
			code: 'DM6012',
			message: file === undefined ? `there is no ${names[0]} here or above` : `${file} does not exist`,
			remedy: 'Write one with `devmesh init`, or name another with --file.',
		});
	}

	return realpath(file);
};

const nearest = (folder: string): string | undefined => {
	const found = names.map(name => path.join(folder, name)).find(file => existsSync(file));
	const above = path.dirname(folder);
	return found ?? (above === folder ? undefined : nearest(above));
};
