// Real configuration written by others, which is no part of this repository.
import {existsSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {repository} from './user.ts';

/** Gives a folder of the corpora: of DEVMESH_CORPORA, else of `shared/corpora` beside the repository; undefined where there are none. */
export const findCorpus = (name: string): string | undefined =>
	[process.env['DEVMESH_CORPORA'], path.join(repository, '..', 'shared', 'corpora')]
		.filter(folder => folder !== undefined)
		.map(folder => path.join(folder, name))
		.find(folder => existsSync(folder));
