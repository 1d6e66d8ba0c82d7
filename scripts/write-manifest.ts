// Writes the list of commands with their flags, so that `devmesh` starts without loading every command.
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {Plugin} from '@oclif/core';

/** Writes `oclif.manifest.json` of the package in this folder from its built commands. */
export const writeManifest = async (root: string): Promise<void> => {
	const plugin = new Plugin({errorOnManifestCreate: true, ignoreManifest: true, root, type: 'core'});
	await plugin.load();
	await writeFile(path.join(root, 'oclif.manifest.json'), `${JSON.stringify(plugin.manifest, null, '\t')}\n`);
};
