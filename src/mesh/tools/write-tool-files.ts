// Writes what a tool starts from into its folder.
import {copyFile, mkdir, rm} from 'node:fs/promises';
import path from 'node:path';
import {writeWhole} from '../../common/write-whole.ts';
import type {ToolFile} from '../../control/tools/tool-recipe.ts';

/** Makes the folder anew, readable by the user alone; what the tool has gathered in `data` stays. */
export const writeToolFiles = async (folder: string, files: readonly ToolFile[], templates: string): Promise<void> => {
	await mkdir(path.join(folder, 'data'), {recursive: true, mode: 0o700});
	for (const name of ['provisioning', 'dashboards']) {
		await rm(path.join(folder, name), {recursive: true, force: true});
	}

	for (const {path: name, content} of files) {
		const file = path.join(folder, name);
		await mkdir(path.dirname(file), {recursive: true, mode: 0o700});
		if (content.kind === 'template') {
			await copyFile(path.join(templates, content.path), file);
		} else {
			await writeWhole(file, content.text);
		}
	}
};
