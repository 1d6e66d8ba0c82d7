// Writes a folder of devmesh's own, anew or over an older one; what others have is left alone.
import {mkdir, readdir, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {MeshError} from '../../common/mesh-error.ts';
import {readJson} from '../../common/read-json.ts';
import type {ExportedFile} from '../../interop/compose-export/standalone-mesh.ts';

/** By this file a folder is known as devmesh's; it lists what was written. */
export const markerFile = '.devmesh-export.json';

interface Marker {
	readonly files: readonly string[];
}

/** Removes what was written last time and is no longer wanted. Throws MeshError when the folder holds something else, unless it is forced. */
export const writeFolder = async (
	folder: string,
	files: readonly ExportedFile[],
	{isForced}: {readonly isForced: boolean},
): Promise<void> => {
	const present = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
		if (error.code === 'ENOENT') {
			return [];
		}

		throw error;
	});
	const marker = present.includes(markerFile) ? await readJson<Marker>(path.join(folder, markerFile)) : undefined;
	if (present.length > 0 && !marker && !isForced) {
		throw new MeshError({
			code: 'DM6042',
			message: `${folder} is not empty, and was not written by devmesh`,
			remedy: 'Name another folder with --out, or write over it with --force.',
		});
	}

	const wanted = new Set(files.map(file => file.path));
	await Promise.all(
		(marker?.files ?? [])
			.filter(file => !wanted.has(file) && isBelow(file))
			.map(file => rm(path.join(folder, file), {force: true})),
	);
	// First: what is written halfway is known as devmesh's, too.
	await mkdir(folder, {recursive: true});
	await writeFile(
		path.join(folder, markerFile),
		`${JSON.stringify({files: [...wanted]} satisfies Marker, null, '\t')}\n`,
	);
	for (const {path: name, content, mode = 0o644} of files) {
		const file = path.join(folder, name);
		await mkdir(path.dirname(file), {recursive: true});
		// One that was there would keep its mode, and for a moment a key would be everybody's to read.
		await rm(file, {force: true});
		await writeFile(file, content, {mode});
	}
};

/** The list may have been edited. */
const isBelow = (file: string): boolean => !path.isAbsolute(file) && !file.split(/[\\/]/).includes('..');
