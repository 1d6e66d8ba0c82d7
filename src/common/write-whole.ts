// Writes a file so that nobody ever reads half of it.
import {randomUUID} from 'node:crypto';
import {rename, rm, writeFile} from 'node:fs/promises';

/** Replaces a file in one step; only its user may read it. Of two that write at once, the last one stays. Throws what the file system throws. */
export const writeWhole = async (file: string, content: string): Promise<void> => {
	// A name of its own: two that write at once must not share a draft.
	const draft = `${file}.${randomUUID()}.tmp`;
	try {
		await writeFile(draft, content, {mode: 0o600});
		await rename(draft, file);
	} catch (error) {
		await rm(draft, {force: true});
		throw error;
	}
};

/** Replaces a file with a value as JSON. */
export const writeJson = (file: string, value: unknown): Promise<void> =>
	writeWhole(file, `${JSON.stringify(value, null, '\t')}\n`);
