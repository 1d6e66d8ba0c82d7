// Runs the command line from its sources, without a build: `createDevmesh` starts this very file as a program.
import {spawn} from 'node:child_process';
import {mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath, pathToFileURL} from 'node:url';
import type {ExecutionContext} from 'ava';
import {writeManifest} from '../../scripts/write-manifest.ts';
import {meshIdOf, stateFolderOf} from '../../src/mesh/state-folder.ts';
import type {ApiAddress} from '../../src/model/api.ts';
import {processStartTime} from '../../src/runtime/process-start-time.ts';
import type {ServedMesh} from './memory-mesh.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface Outcome {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface Devmesh {
	/** Where the command runs. */
	readonly folder: string;
	readonly home: string;
	/** Runs a command to its end. */
	readonly run: (
		args: readonly string[],
		environment?: Readonly<Record<string, string>>,
		folder?: string,
	) => Promise<Outcome>;
	/** Lets the commands find a served mesh as the one of this folder. */
	readonly adopt: (mesh: Pick<ServedMesh, 'api' | 'token'>, parts?: Partial<ApiAddress>) => Promise<void>;
}

/** Gives a folder that is to oclif what the package is, with the sources in the place of the build. */
export const createSourceRoot = async (t: ExecutionContext): Promise<string> => {
	const root = await mkdtemp(path.join(tmpdir(), 'devmesh-project-'));
	t.teardown(() => rm(root, {recursive: true, force: true}));
	const description = await readFile(path.join(repository, 'package.json'), 'utf8');
	await writeFile(path.join(root, 'package.json'), description.replaceAll('./dist/', './src/'));
	await symlink(path.join(repository, 'src'), path.join(root, 'src'));
	await symlink(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
	await writeManifest(root);
	return root;
};

/** Creates a folder with a config file, and a home, both removed when the test ends. */
export const createDevmesh = async (t: ExecutionContext, config?: string): Promise<Devmesh> => {
	const root = await createSourceRoot(t);
	const [folder, home] = [path.join(root, 'shop'), path.join(root, 'home')];
	await Promise.all([mkdir(folder), mkdir(home)]);
	const file = path.join(await realpath(folder), 'mesh.config.yaml');
	if (config !== undefined) {
		await writeFile(file, config);
	}

	return {
		folder,
		home,
		run: async (args, environment = {}, cwd = folder) => {
			const {CI, NO_COLOR, FORCE_COLOR, ...inherited} = process.env;
			const child = spawn(process.execPath, [fileURLToPath(import.meta.url), root, ...args], {
				cwd,
				env: {...inherited, DEVMESH_HOME: home, ...environment},
				stdio: ['ignore', 'pipe', 'pipe'],
			});
			const code = new Promise<number | null>(resolve => child.once('close', resolve));
			const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
			return {code: await code, stdout, stderr};
		},
		adopt: async ({api, token}, parts = {}) => {
			const state = stateFolderOf(home, meshIdOf(file));
			await mkdir(state.folder, {recursive: true});
			const address: ApiAddress = {
				url: api.url,
				token,
				pid: process.pid,
				processStart: (await processStartTime(process.pid)) ?? '',
				startedAt: '2026-01-01T00:00:00.000Z',
				...parts,
			};
			await writeFile(state.api, JSON.stringify(address));
		},
	};
};

const textOf = async (stream: NodeJS.ReadableStream): Promise<string> => {
	let text = '';
	for await (const chunk of stream) {
		text += chunk;
	}

	return text;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [root = ''] = process.argv.splice(2, 1);
	const {main} = await import('../../src/cli/main.ts');
	await main(pathToFileURL(path.join(root, 'package.json')).href);
}
