// Sees to it that a mesh has one control plane at a time.
import {randomUUID} from 'node:crypto';
import {link, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {MeshError} from '../common/mesh-error.ts';
import {describeProcess, livingProcess} from './process-mark.ts';

/** Takes the lock of a mesh. Throws MeshError when a living process holds it. Returns what gives it back. */
export const takeLock = async (file: string, pid: number): Promise<() => Promise<void>> => {
	const draft = `${file}.${randomUUID()}`;
	await writeFile(draft, await describeProcess(pid), {mode: 0o600});
	try {
		// A link comes into being with its content: nobody ever reads a lock without a holder.
		while (!(await tryLink(draft, file))) {
			const found = await readFile(file, 'utf8').catch(() => '');
			if ((await livingProcess(found)) !== undefined) {
				throw new MeshError({
					code: 'DM3002',
					message: `this mesh is run by process ${Number.parseInt(found, 10)} already`,
					remedy: 'See it with `devmesh status`; bring it down with `devmesh down`.',
				});
			}

			await removeStale(file, found);
		}
	} finally {
		await rm(draft, {force: true});
	}

	return () => rm(file, {force: true});
};

/** Gives the number of the process that holds the lock, while it lives. */
export const lockHolder = async (file: string): Promise<number | undefined> =>
	livingProcess(await readFile(file, 'utf8').catch(() => ''));

const tryLink = async (from: string, to: string): Promise<boolean> => {
	try {
		await link(from, to);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
			return false;
		}

		throw error;
	}
};

/** Removes what a killed control plane left behind; a lock that somebody else took meanwhile is put back. */
const removeStale = async (file: string, stale: string): Promise<void> => {
	const aside = `${file}.${randomUUID()}`;
	try {
		await rename(file, aside);
	} catch {
		// Somebody else was faster.
		return;
	}

	if ((await readFile(aside, 'utf8').catch(() => '')) !== stale) {
		await tryLink(aside, file);
	}

	await rm(aside, {force: true});
};
