// Finds programs as a shell does.
import {access, constants, realpath, stat} from 'node:fs/promises';
import path from 'node:path';

/** Gives the first of these programs that the PATH has, absolute; undefined when there is none. */
export const findProgram = async (
	names: readonly string[],
	searchPath: string | undefined,
): Promise<string | undefined> => {
	for (const name of names) {
		for (const folder of (searchPath ?? '').split(path.delimiter).filter(path.isAbsolute)) {
			const file = path.join(folder, name);
			if (await isProgram(file)) {
				return file;
			}
		}
	}

	return undefined;
};

/** Gives the first of these folders, seen from where a program really lies, that exists. */
export const findBeside = async (program: string, folders: readonly string[]): Promise<string | undefined> => {
	const own = path.dirname(await realpath(program));
	for (const folder of folders.map(relative => path.resolve(own, relative))) {
		if (await isFolder(folder)) {
			return folder;
		}
	}

	return undefined;
};

const isFolder = async (file: string): Promise<boolean> =>
	(await stat(file).catch(() => undefined))?.isDirectory() ?? false;

const isProgram = async (file: string): Promise<boolean> => {
	try {
		await access(file, constants.X_OK);
		return (await stat(file)).isFile();
	} catch {
		return false;
	}
};
