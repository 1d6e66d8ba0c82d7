// Programs that find services by their names, each in its own way, in one image.
import {execFile} from 'node:child_process';
import {mkdtemp, realpath, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {startTestEngine} from './docker-engine.ts';
import {importImage} from './docker-images.ts';

const run = promisify(execFile);
const sources = fileURLToPath(new URL('name-clients/', import.meta.url));
// Go builds its own library when it builds without C; once is enough.
const goCache = fileURLToPath(new URL('../../node_modules/.cache/go-build', import.meta.url));

export const namesImage = 'devmesh-test/names';

/** By the name of each client, how it is run; hosts with ports follow. It prints a line for each: host, address, answer. */
export const nameClients = {
	'getaddrinfo (curl)': ['sh', '/names/names.sh'],
	'getaddrinfo (Node)': ['node', '/names/names.mjs', 'lookup'],
	'c-ares (Node)': ['node', '/names/names.mjs', 'resolve4'],
	musl: ['/names/musl'],
	'Go without C': ['/names/go'],
	Java: ['/jre/bin/java', '-cp', '/names', 'Names'],
	Python: ['python3', '/names/names.py'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Makes the image in the engine of this run. It has nginx with `/names/nginx.conf`, too, and a service in `/names/api.mjs`. */
export const makeNamesImage = async (): Promise<void> => {
	const built = await mkdtemp(path.join(tmpdir(), 'dm-names-'));
	const source = (name: string): string => path.join(sources, name);
	const python = path.basename(await realpath('/usr/bin/python3'));
	try {
		await Promise.all([
			run('/usr/bin/musl-gcc', ['-static', '-O1', '-o', path.join(built, 'musl'), source('names.c')]),
			run('/usr/bin/go', ['build', '-o', path.join(built, 'go'), source('names.go')], {
				env: {...process.env, CGO_ENABLED: '0', GOCACHE: goCache, GO111MODULE: 'off'},
			}),
			run('/usr/bin/javac', ['-d', built, source('Names.java')]),
			run('/usr/bin/jlink', [
				...['--add-modules', 'java.base', '--strip-java-debug-attributes', '--no-header-files', '--no-man-pages'],
				...['--output', path.join(built, 'jre')],
			]),
		]);
		await importImage(await startTestEngine(), namesImage, {
			programs: ['nginx', '/usr/bin/curl', '/usr/bin/python3'],
			files: {
				'/usr/local/bin/node': {copyOf: process.execPath},
				[`/usr/lib/${python}`]: {copyOf: `/usr/lib/${python}`},
				'/jre': {copyOf: path.join(built, 'jre')},
				'/names': {copyOf: sources},
				...Object.fromEntries(
					['musl', 'go', 'Names.class'].map(name => [`/names/${name}`, {copyOf: path.join(built, name)}]),
				),
			},
		});
	} finally {
		await rm(built, {recursive: true, force: true});
	}
};
