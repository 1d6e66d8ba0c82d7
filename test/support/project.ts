// A project folder of a test: a copy of the bookinfo example, or files of its own.
import {cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {Cleanup} from './cleanup.ts';
import {repository} from './user.ts';

/** Creates a folder with these files, removed when the test ends. */
export const createProject = async (t: Cleanup, files: Readonly<Record<string, string>>): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-project-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	for (const [name, content] of Object.entries(files)) {
		const file = path.join(folder, name);
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, content);
	}

	return folder;
};

/** Copies the root config and its example, as a clone has them. */
export const createBookinfo = async (t: Cleanup): Promise<string> => {
	const folder = await createProject(t, {});
	await cp(path.join(repository, 'examples', 'bookinfo'), path.join(folder, 'examples', 'bookinfo'), {recursive: true});
	await cp(path.join(repository, 'mesh.config.yaml'), path.join(folder, 'mesh.config.yaml'));
	return folder;
};
