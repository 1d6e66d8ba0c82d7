// The texts of the golden cases without a mistake.
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';

const golden = path.join(import.meta.dirname, 'golden');

/** The longest first. */
export const readValidConfigs = async (): Promise<readonly string[]> => {
	const names = (await readdir(golden)).filter(name => name.startsWith('valid-'));
	const texts = await Promise.all(
		names.map(name => readFile(path.join(golden, name, 'mesh.config.yaml'), 'utf8').catch(() => '')),
	);
	return texts.filter(Boolean).sort((one, two) => two.length - one.length);
};
