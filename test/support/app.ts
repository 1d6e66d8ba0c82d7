// A service of an example as a plain process, without a mesh around it.
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {createInterface} from 'node:readline';
import type {ExecutionContext} from 'ava';
import {repository} from './user.ts';

export interface App {
	readonly url: string;
	readonly child: ChildProcess;
	/** Resolves with the exit code, or the name of the signal that ended it. */
	readonly exit: Promise<number | string>;
}

/** Starts `examples/<file>` at a free port and resolves when it listens. It is killed when the test ends. */
export const startApp = async (
	t: ExecutionContext,
	file: string,
	environment: Readonly<Record<string, string>> = {},
): Promise<App> => {
	const child = spawn(process.execPath, [path.join(repository, 'examples', file)], {
		env: {...process.env, PORT: '0', ...environment},
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const exit = once(child, 'exit').then(([code, signal]) => code ?? signal);
	t.teardown(async () => {
		child.kill('SIGKILL');
		await exit;
	});
	for await (const line of createInterface({input: child.stdout})) {
		const port = /listens on port (\d+)/.exec(line)?.[1];
		if (port) {
			child.stdout.resume();
			return {url: `http://127.0.0.1:${port}`, child, exit};
		}
	}

	throw new Error(`${file} ended with ${await exit} before it listened`);
};
