// The Docker engine of a test run, as its scenarios use it.
import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';
import {startTestEngine as startSharedEngine} from './docker-engine.ts';

/** Runs docker's command line; gives what it printed. */
export type RunDocker = (...args: readonly string[]) => Promise<string>;

export interface TestEngine {
	/** As in `DOCKER_HOST`. */
	readonly host: string;
	readonly run: RunDocker;
	/** Kills the engine and starts it again. */
	readonly crash: () => Promise<void>;
}

/** Gives the engine of this run; it ends with the run. */
export const startTestEngine = async (): Promise<TestEngine> => {
	const {address: host} = await startSharedEngine();
	return {
		host,
		run: dockerAt(host),
		crash: async () => {
			// Its keeper is another process.
			const wish = path.join(path.dirname(new URL(host).pathname), 'crash');
			await writeFile(wish, '');
			while (existsSync(wish)) {
				await sleep(100);
			}
		},
	};
};

/** Docker's command line, for the engine at this address. */
export const dockerAt =
	(host: string): RunDocker =>
	async (...args) =>
		(await promisify(execFile)('docker', [...args], {env: {...process.env, DOCKER_HOST: host}})).stdout.trim();
