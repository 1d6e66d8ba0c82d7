// A folder with the files of a measurement.
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {Scope} from './scope.ts';

/** Creates a folder with these files, removed at the end of the scope. */
export const temporaryFolder = async (scope: Scope, files: Readonly<Record<string, string>>): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-bench-'));
	scope.teardown(() => rm(folder, {recursive: true, force: true}));
	for (const [name, content] of Object.entries(files)) {
		await writeFile(path.join(folder, name), content);
	}

	return folder;
};
