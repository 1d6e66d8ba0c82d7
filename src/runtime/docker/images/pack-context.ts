// Sends a folder to the engine to be built, as docker's command line does.
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {lstat, readdir, readFile, readlink} from 'node:fs/promises';
import path from 'node:path';
import {Readable} from 'node:stream';
import {type Header, type Pack, pack} from 'tar-stream';
import {type Dockerignore, readDockerignore} from './dockerignore.ts';

export interface PackedContext {
	/** A tar. */
	readonly body: NodeJS.ReadableStream;
	/** The name of the Dockerfile in it. */
	readonly dockerfile: string | undefined;
	/** Aborted, with the reason, when something of the folder cannot be read. */
	readonly broken: AbortSignal;
	/** Closes what is still open, when nobody reads on. */
	readonly release: () => void;
}

export interface ContextOptions {
	/** Relative to the folder, and perhaps outside of it, or absolute. Default: `Dockerfile`. */
	readonly dockerfile: string | undefined;
	/** Its text, instead of a file. */
	readonly dockerfileInline: string | undefined;
}

/** Packs all but what .dockerignore names. It and the Dockerfile are always sent, wherever they are; the engine leaves them out itself. Rejects when a Dockerfile outside of the folder cannot be read. */
export const packContext = async (folder: string, options: ContextOptions): Promise<PackedContext> => {
	const inside = insideOf(folder, options);
	const rules = await readRules(folder, inside);
	const added = new Map<string, string>();
	let dockerfile = inside;
	if (dockerfile === undefined) {
		const text = options.dockerfileInline ?? (await readFile(path.resolve(folder, options.dockerfile ?? ''), 'utf8'));
		// It must not be found there by a COPY.
		dockerfile = `.dockerfile.${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
		added.set(dockerfile, text);
	}

	const ignored = readDockerignore(rules ?? '');
	if (rules !== undefined || added.size > 0) {
		added.set(
			'.dockerignore',
			[rules, ...(inside === undefined ? [dockerfile] : []), ...(rules === undefined ? ['.dockerignore'] : [])].join(
				'\n',
			),
		);
	}

	const broken = new AbortController();
	const body = pack();
	// Told by the signal; the client would let it end the process.
	body.on('error', () => {});
	fill(body, folder, {ignored, always: inside, added}).catch((error: unknown) => {
		broken.abort(error);
		body.destroy(error as Error);
	});
	return {
		body: body as unknown as NodeJS.ReadableStream,
		dockerfile,
		broken: broken.signal,
		release: () => body.destroy(),
	};
};

/** Undefined for one that is not in the folder. */
const insideOf = (
	folder: string,
	{dockerfile = 'Dockerfile', dockerfileInline}: ContextOptions,
): string | undefined => {
	const name = path.relative(folder, path.resolve(folder, dockerfile));
	return dockerfileInline !== undefined || name.startsWith('..') || path.isAbsolute(name) ? undefined : toSlashes(name);
};

/** A Dockerfile may have one of its own, as for buildx. */
const readRules = async (folder: string, dockerfile: string | undefined): Promise<string | undefined> => {
	const names = [...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]), '.dockerignore'];
	for (const name of names) {
		const text = await readFile(path.join(folder, name), 'utf8').catch(() => undefined);
		if (text !== undefined) {
			return text;
		}
	}

	return undefined;
};

interface Filling {
	readonly ignored: Dockerignore;
	readonly always: string | undefined;
	/** By name, in place of what the folder has. */
	readonly added: ReadonlyMap<string, string>;
}

const fill = async (body: Pack, folder: string, {ignored, always, added}: Filling): Promise<void> => {
	const walk = async (parent: string): Promise<void> => {
		const names = await readdir(path.join(folder, parent));
		for (const name of names.sort()) {
			const file = parent === '' ? name : `${parent}/${name}`;
			const isIgnored = ignored.ignores(file) && file !== always;
			const isOnTheWay = ignored.hasExceptions || always?.startsWith(`${file}/`);
			if (!added.has(file) && (!isIgnored || isOnTheWay)) {
				await add(file, isIgnored);
			}
		}
	};

	const add = async (file: string, isIgnored: boolean): Promise<void> => {
		const source = path.join(folder, file);
		const stats = await lstat(source);
		// Files belong to root, as docker's command line has it; what they are otherwise would spoil the cache.
		const header = {name: file, mode: modeOf(stats.mode), mtime: stats.mtime};
		if (stats.isDirectory()) {
			if (!isIgnored) {
				body.entry({...header, type: 'directory'});
			}

			await walk(file);
		} else if (!isIgnored && stats.isSymbolicLink()) {
			body.entry({...header, type: 'symlink', linkname: toSlashes(await readlink(source))});
		} else if (!isIgnored && stats.isFile()) {
			await send(body, {...header, size: stats.size}, source);
		}
	};

	for (const [name, text] of added) {
		body.entry({name, mode: 0o644}, text);
	}

	await walk('');
	body.finalize();
};

const send = (
	body: Pack,
	header: Partial<Header> & Pick<Header, 'name'> & {readonly size: number},
	source: string,
): Promise<void> =>
	new Promise((resolve, reject) => {
		// One that grows meanwhile is sent as long as it was.
		const content = header.size === 0 ? Readable.from([]) : createReadStream(source, {end: header.size - 1});
		const entry = body.entry(header, error => {
			content.destroy();
			if (error) {
				reject(error.message === 'Size mismatch' ? new Error(`${source} shrank while it was read`) : error);
			} else {
				resolve();
			}
		});
		// It is told to the callback, too.
		entry.on('error', () => {});
		content.once('error', error => entry.destroy(error));
		content.pipe(entry as unknown as NodeJS.WritableStream);
	});

// Windows knows no such bits; docker's command line lets everything be run there, too.
const modeOf = (mode: number): number => (path.sep === '/' ? mode & 0o7777 : 0o755);

const toSlashes = (name: string): string => name.split(path.sep).join('/');
