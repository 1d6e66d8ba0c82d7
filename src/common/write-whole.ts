// Writes a file so that nobody ever reads half of it.
import {rename, writeFile} from 'node:fs/promises';

/** Replaces a file in one step; only its user may read it. Throws what the file system throws. */
export const writeWhole = async (file: string, content: string): Promise<void> => {
	const draft = `${file}.${process.pid}.tmp`;
	await writeFile(draft, content, {mode: 0o600});
	await rename(draft, file);
};

/** Replaces a file with a value as JSON. */
export const writeJson = (file: string, value: unknown): Promise<void> =>
	writeWhole(file, `${JSON.stringify(value, null, '\t')}\n`);
