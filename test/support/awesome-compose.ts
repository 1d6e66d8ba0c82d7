// Projects of awesome-compose that run without a registry: their own compose files, and images and sources of ours beside them.
import {copyFile, cp, readFile, realpath} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type {Cleanup} from './cleanup.ts';
import {startTestEngine} from './docker-engine.ts';
import {type ImageParts, importImage} from './docker-images.ts';
import {createProject} from './project.ts';

const ours = path.join(import.meta.dirname, 'awesome-compose');

/** Copies the compose file of a project from a folder of the corpus, as it is, and puts our sources where it looks for its own. */
export const copyProject = async (t: Cleanup, corpus: string, name: string): Promise<string> => {
	const folder = await createProject(t, {});
	await cp(path.join(ours, name), folder, {recursive: true});
	await copyFile(path.join(corpus, name, 'compose.yaml'), path.join(folder, 'compose.yaml'));
	return folder;
};

/** Makes, in the engine of this run, all images that the projects name or build from, under the names that they have there. */
export const makeProjectImages = async (): Promise<void> => {
	const engine = await startTestEngine();
	for (const [name, parts] of Object.entries(await projectImages())) {
		await importImage(engine, name, parts);
	}
};

const projectImages = async (): Promise<Readonly<Record<string, ImageParts>>> => {
	const python = path.basename(await realpath('/usr/bin/python3'));
	const node: ImageParts = {files: {'/usr/local/bin/node': {copyOf: process.execPath}}};
	return {
		'node:14.17.3-alpine3.14': node,
		'node:lts-buster': node,
		'nginx:1.21.6': {
			programs: ['nginx'],
			files: {
				'/etc/nginx/nginx.conf': await readFile(path.join(ours, 'nginx.conf'), 'utf8'),
				'/etc/nginx/conf.d/default.conf': 'server { listen 80; return 200 "Welcome to nginx!"; }\n',
				'/var/lib/nginx/.keep': '',
			},
			changes: ['EXPOSE 80', 'CMD ["nginx", "-g", "daemon off;"]'],
		},
		'python:3.7-alpine': {
			programs: ['/usr/bin/python3'],
			files: {[`/usr/lib/${python}`]: {copyOf: `/usr/lib/${python}`}},
		},
		'redislabs/redismod': {
			programs: ['redis-server'],
			changes: ['EXPOSE 6379', 'CMD ["redis-server", "--protected-mode", "no", "--save", ""]'],
		},
		'mongo:4.2.0': {
			files: {...node.files, '/mongo.mjs': await readFile(path.join(ours, 'mongo.mjs'), 'utf8'), '/data/db/.keep': ''},
			changes: ['EXPOSE 27017', 'CMD ["node", "/mongo.mjs"]'],
		},
	};
};
