// Writes the config of a mesh that takes a compose project over.
import {existsSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {nameOfFolder} from '../config/build-config.ts';
import type {ComposeReading} from '../config/compose-reader.ts';
import {wholeFile} from '../config/place-finding.ts';
import {readCompose} from '../interop/compose/create-compose-reader.ts';

// In the order in which compose looks for them.
const names = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'] as const;

/** Finds the compose file of a folder and the one that compose lays over it unasked; none when there is none. */
export const findComposeFiles = (folder: string): readonly string[] => {
	const isThere = (name: string): boolean => existsSync(path.join(folder, name));
	const first = names.find(isThere);
	const stem = first?.replace(/\.ya?ml$/, '');
	const override = [`${stem}.override.yaml`, `${stem}.override.yml`].find(isThere);
	return [first, override].filter(name => name !== undefined);
};

/** Writes the three lines, unless the file exists; then it rejects with EEXIST. Gives what the compose files hold. */
export const initFromCompose = async (
	file: string,
	composeFiles: readonly string[],
	environment: Readonly<Record<string, string | undefined>>,
): Promise<ComposeReading> => {
	const folder = path.dirname(file);
	const reading = await readCompose({
		files: composeFiles.map(name => ({path: path.join(folder, name), placed: wholeFile(name)})),
		profiles: [],
		folder,
		environment,
	});
	const compose = composeFiles.length === 1 ? composeFiles[0] : `[${composeFiles.join(', ')}]`;
	const text = `version: 1\nname: ${asText(nameOfFolder(reading.name ?? folder))}\ncompose: ${compose}\n`;
	await writeFile(file, text, {flag: 'wx'});
	return reading;
};

/** YAML reads some names as numbers or truths. */
const asText = (name: string): string =>
	/^[a-z]/.test(name) && !/^(true|false|null|yes|no|on|off)$/.test(name) ? name : JSON.stringify(name);
