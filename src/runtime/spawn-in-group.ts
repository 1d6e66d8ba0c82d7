// Starts a process in a group of its own, its output into a file that nobody needs to read.
import {spawn} from 'node:child_process';
import {open, rename, stat} from 'node:fs/promises';
import {MeshError} from '../common/mesh-error.ts';

export interface SpawnRequest {
	/** A string is run by the shell. */
	readonly command: string | readonly string[];
	readonly workdir: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Appended to. */
	readonly logFile: string;
	/** Shown in errors, such as `reviews-v1-1`. */
	readonly name: string;
}

export interface SpawnedProcess {
	readonly pid: number;
	/** Where its part of the log begins, in bytes. */
	readonly logStart: number;
	/** Resolves with what ended it, in words: `exited with 1`, `was killed by SIGKILL`; and whether that was a success. */
	readonly exit: Promise<ProcessExit>;
	/** Lets this program end before it. */
	readonly unref: () => void;
}

export interface ProcessExit {
	readonly isSuccess: boolean;
	readonly description: string;
	/** Somebody else has started it again already. */
	readonly isRunningAgain?: boolean;
}

// One older file is kept beside it.
const longestLog = 10 * 1024 * 1024;

/** Starts it. Throws MeshError when folder or program do not exist. */
export const spawnInGroup = async ({command, workdir, env, logFile, name}: SpawnRequest): Promise<SpawnedProcess> => {
	if (!(await stat(workdir).catch(() => undefined))?.isDirectory()) {
		throw new MeshError({
			code: 'DM5001',
			message: `${name} cannot start: its folder ${workdir} does not exist`,
			remedy: 'Correct `workdir` of the service, or make the folder.',
		});
	}

	await rotate(logFile);
	const log = await open(logFile, 'a', 0o600);
	try {
		const {size: logStart} = await log.stat();
		const [program = '', args] = typeof command === 'string' ? [command, []] : [command[0], command.slice(1)];
		const child = spawn(program, args, {
			cwd: workdir,
			env,
			shell: typeof command === 'string',
			// Its own group (on Windows: its own console), so that nothing that is meant for devmesh reaches it.
			detached: true,
			stdio: ['ignore', log.fd, log.fd],
			windowsHide: true,
		});
		const exit = new Promise<ProcessExit>(resolve => {
			child.once('exit', (code, signal) => {
				resolve({isSuccess: code === 0, description: signal ? `was killed by ${signal}` : `exited with ${code}`});
			});
		});
		await new Promise<void>((resolve, reject) => {
			child.once('spawn', resolve);
			child.once('error', reject);
		});
		return {pid: child.pid ?? 0, logStart, exit, unref: () => child.unref()};
	} catch (error) {
		throw new MeshError({
			code: 'DM5002',
			message: `${name} cannot start: ${(error as Error).message}`,
			remedy: 'Correct `command` of the service: is the program installed and on the PATH?',
			cause: error,
		});
	} finally {
		await log.close();
	}
};

const rotate = async (logFile: string): Promise<void> => {
	const {size} = (await stat(logFile).catch(() => undefined)) ?? {size: 0};
	if (size > longestLog) {
		await rename(logFile, `${logFile}.1`);
	}
};
