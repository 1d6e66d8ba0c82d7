// Images without a registry: made of programs of this machine and the libraries that they load.
import {execFile, spawn} from 'node:child_process';
import {chmod, copyFile, cp, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import {promisify} from 'node:util';
import type {Engine} from '../../src/runtime/docker/connect-engine.ts';

const run = promisify(execFile);

export interface ImageParts {
	/** Names, looked for where Debian puts programs, or absolute paths. */
	readonly programs?: readonly string[];
	/** By absolute path in the image: a text, or a file or folder of this machine. */
	readonly files?: Readonly<Record<string, string | {readonly copyOf: string}>>;
	/** Lines of a Dockerfile: ENV, CMD, ENTRYPOINT, EXPOSE, USER, WORKDIR … */
	readonly changes?: readonly string[];
}

/** Makes an image of a shell, its usual programs and these parts. Gives its id. */
export const importImage = async (engine: Engine, name: string, parts: ImageParts): Promise<string> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'dm-image-'));
	try {
		await stage(folder, parts);
		const tar = spawn('tar', ['--create', '--directory', folder, '--owner=0', '--group=0', '--sort=name', '.'], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const [repo = '', tag = 'latest'] = name.split(':');
		const reply = await engine.docker.importImage(tar.stdout, {
			repo,
			tag,
			changes: [`ENV PATH=${searchPath.join(':')}`, ...(parts.changes ?? [])],
		});
		const output = await text(reply as NodeJS.ReadableStream & AsyncIterable<Buffer>);
		if (output.includes('"error"')) {
			throw new Error(`the image ${name} cannot be imported: ${output}`);
		}

		return (await engine.docker.getImage(name).inspect()).Id;
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
};

/** What the image `node:26-slim` of a registry has, as far as devmesh needs it, and `nft`. */
export const nodeImage: ImageParts = {
	programs: ['nft', 'setpriv'],
	files: {'/usr/local/bin/node': {copyOf: process.execPath}},
	changes: ['CMD ["node"]'],
};

const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

const shellPrograms = [
	...['sh', 'ls', 'cat', 'sleep', 'mkdir', 'rmdir', 'cp', 'mv', 'rm', 'ln', 'env', 'id', 'echo', 'printf', 'test', '['],
	...['true', 'false', 'touch', 'chmod', 'chown', 'head', 'tail', 'wc', 'date', 'uname', 'sort', 'tr', 'cut', 'seq'],
	...['dirname', 'basename', 'readlink', 'stat', 'tee', 'whoami', 'pwd', 'expr', 'grep', 'sed', 'getent', 'hostname'],
];

const accounts: NonNullable<ImageParts['files']> = {
	'/etc/passwd': [
		'root:x:0:0:root:/root:/bin/sh',
		'daemon:x:1:1:daemon:/usr/sbin:/bin/false',
		'node:x:1000:1000::/home/node:/bin/sh',
		'nobody:x:65534:65534:nobody:/nonexistent:/bin/false\n',
	].join('\n'),
	'/etc/group': 'root:x:0:\ndaemon:x:1:\nnode:x:1000:\nnogroup:x:65534:\n',
	'/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
	'/etc/os-release': 'ID=debian\nPRETTY_NAME="Made of this machine"\n',
};

const stage = async (root: string, {programs = [], files = {}}: ImageParts): Promise<void> => {
	for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
		await mkdir(path.join(root, 'usr', folder), {recursive: true});
		await symlink(`usr/${folder}`, path.join(root, folder));
	}

	for (const folder of ['etc', 'root', 'tmp', 'var/run', 'var/tmp', 'proc', 'sys', 'dev', 'home/node']) {
		await mkdir(path.join(root, folder), {recursive: true});
	}

	await chmod(path.join(root, 'tmp'), 0o1777);
	await chmod(path.join(root, 'var/tmp'), 0o1777);
	for (const [target, source] of Object.entries({...accounts, ...files})) {
		await (typeof source === 'string' ? write(root, target, source) : copy(root, source.copyOf, target));
	}

	for (const program of [...shellPrograms, ...programs]) {
		const file = path.isAbsolute(program) ? program : await find(program);
		await copy(root, file, file);
	}
};

const write = async (root: string, target: string, content: string): Promise<void> => {
	const file = path.join(root, target);
	await mkdir(path.dirname(file), {recursive: true});
	await writeFile(file, content);
};

const copy = async (root: string, source: string, target: string): Promise<void> => {
	const file = path.join(root, target);
	await mkdir(path.dirname(file), {recursive: true});
	if ((await stat(source)).isDirectory()) {
		await cp(source, file, {recursive: true, verbatimSymlinks: true});
		const modules = (await readdir(source, {recursive: true})).filter(name => /\.so(?:\.|$)/.test(name));
		await copyLibraries(
			root,
			modules.map(name => path.join(source, name)),
		);
		return;
	}

	await copyFile(await realpath(source), file);
	await copyLibraries(root, [source]);
};

const copyLibraries = async (root: string, files: readonly string[]): Promise<void> => {
	for (const library of new Set(files.length > 0 ? await librariesOf(files) : [])) {
		await mkdir(path.dirname(path.join(root, library)), {recursive: true});
		await copyFile(library, path.join(root, library));
	}
};

/** What the loader would load. Nothing for scripts and static programs. */
const librariesOf = async (files: readonly string[]): Promise<readonly string[]> => {
	const {stdout} = await run('ldd', [...files]).catch(({stdout = ''}: {readonly stdout?: string}) => ({stdout}));
	return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, library = '']) => library);
};

const find = async (program: string): Promise<string> => {
	for (const folder of searchPath.slice(2)) {
		const file = path.join(folder, program);
		if (await stat(file).catch(() => undefined)) {
			return file;
		}
	}

	throw new Error(`this machine has no program ${program} to make an image of`);
};
