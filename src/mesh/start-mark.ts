// Tells that a mesh is about to be started: from the first moment of `devmesh up` on, when its control plane has no lock yet.
import {randomUUID} from 'node:crypto';
import {mkdir, readdir, readFile, rm} from 'node:fs/promises';
import path from 'node:path';
import {writeWhole} from '../common/write-whole.ts';
import {describeProcess, livingProcess} from './process-mark.ts';
import type {StateFolder} from './state-folder.ts';

type Folder = Pick<StateFolder, 'folder'>;

/** Marks the start that a process is about; it holds as long as the process lives. Returns what takes it back. */
export const markStart = async ({folder}: Folder, pid: number): Promise<() => Promise<void>> => {
	await mkdir(folder, {recursive: true, mode: 0o700});
	const file = path.join(folder, `start-${randomUUID()}`);
	await writeWhole(file, await describeProcess(pid));
	return () => rm(file, {force: true});
};

/** Tells whether a living process is about to start the mesh. Removes the marks of those that have ended. */
export const isBeingStarted = async ({folder}: Folder): Promise<boolean> => {
	const names = await readdir(folder).catch(() => []);
	const alive = await Promise.all(
		names
			.filter(name => /^start-[0-9a-f-]+$/.test(name))
			.map(async name => {
				const file = path.join(folder, name);
				const found = await readFile(file, 'utf8').catch(() => '');
				const isAlive = (await livingProcess(found)) !== undefined;
				await (isAlive || rm(file, {force: true}));
				return isAlive;
			}),
	);
	return alive.includes(true);
};
