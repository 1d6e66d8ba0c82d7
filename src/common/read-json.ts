// Reads what devmesh wrote for itself.
import {readFile} from 'node:fs/promises';

/** Gives the value in a JSON file; undefined when there is no file, or no JSON in it. Throws on files that may not be read. */
export const readJson = async <Value>(file: string): Promise<Value | undefined> => {
	try {
		return JSON.parse(await readFile(file, 'utf8')) as Value;
	} catch (error) {
		if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
};
