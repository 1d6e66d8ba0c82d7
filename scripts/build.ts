// Builds dist/ from src/: `node scripts/build.ts [--if-stale]`.
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {readdir, rm, stat, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {writeManifest} from './write-manifest.ts';

const root = path.dirname(import.meta.dirname);
const stamp = path.join(root, 'dist', '.built');
const inputs = ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts'];

/** Builds when a source is newer than the last build. Throws when a step fails. */
export const buildIfStale = async (): Promise<void> => {
	const built = await modifiedAt(stamp);
	const changes = await Promise.all(inputs.map(input => newestIn(path.join(root, input))));
	if (built === 0 || Math.max(...changes) > built) {
		await build();
	}
};

/** Compiles, bundles the sidecar, and writes the list of commands. Throws when a step fails. */
export const build = async (): Promise<void> => {
	const startedAt = performance.timeOrigin + performance.now();
	process.stderr.write('Building devmesh …\n');
	run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
	await removeOlder(path.join(root, 'dist'), startedAt);
	if (existsSync(path.join(root, 'scripts/build-sidecar.ts'))) {
		run('scripts/build-sidecar.ts');
	}

	await writeManifest(root);
	// The stamp is as old as the build's start: what was saved meanwhile is built next time.
	await writeFile(stamp, '');
	await utimes(stamp, new Date(startedAt), new Date(startedAt));
};

const run = (program: string, ...args: readonly string[]): void => {
	const {status} = spawnSync(process.execPath, [path.join(root, program), ...args], {
		cwd: root,
		stdio: ['ignore', 2, 2],
	});
	if (status !== 0) {
		throw new Error(`${program} ended with ${status}`);
	}
};

// The compiler writes every file anew, so an older one has lost its source.
const removeOlder = async (folder: string, than: number): Promise<void> => {
	const entries = await readdir(folder, {recursive: true, withFileTypes: true});
	const files = entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
	await Promise.all(
		files.map(async file => {
			// File systems keep coarser times than the clock.
			if ((await modifiedAt(file)) < than - 2000) {
				await rm(file);
			}
		}),
	);
};

const newestIn = async (target: string): Promise<number> => {
	const entry = await stat(target);
	if (!entry.isDirectory()) {
		return entry.mtimeMs;
	}

	// A folder's own time tells of files that were removed.
	const names = await readdir(target, {recursive: true});
	const times = await Promise.all(names.map(name => modifiedAt(path.join(target, name))));
	return Math.max(entry.mtimeMs, ...times);
};

const modifiedAt = async (file: string): Promise<number> =>
	stat(file).then(
		entry => entry.mtimeMs,
		() => 0,
	);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await (process.argv.includes('--if-stale') ? buildIfStale() : build());
}
