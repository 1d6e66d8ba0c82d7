// Starts a mesh for a test.
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import {folderVariable, runtimeVariable} from '../config/control-variables.ts';
import type {MeshFile} from '../config/schema/mesh.ts';
import {startTemporaryMesh} from '../mesh/launch/temporary-mesh.ts';
import {createTestMesh, type TestMesh} from './test-mesh.ts';

export interface StartMeshOptions {
	/** Where relative paths of a config that is given as a value start from. Default: the working folder. */
	readonly folder?: string;
	/** Where the services run, whatever the config says. */
	readonly runtime?: 'auto' | 'docker' | 'process';
	/** Laid over the environment of the services, and over the variables that the config is filled in from. */
	readonly env?: Readonly<Record<string, string>>;
	/** How long everything may take to become ready, in milliseconds. Default: 60,000. */
	readonly timeoutMs?: number;
}

/**
 * Starts a mesh of its own: ports that are free, state that is removed with it; many may run side by side. Takes the path of a config file, or
 * what would stand in one. Resolves when every service is ready. It ends with `stop()`, with `await using`, or with the process that started it.
 * Throws MeshError when the config has mistakes, or a service does not become ready; the message holds its last lines.
 */
export const startMesh = async (
	config: string | MeshFile,
	{folder = process.cwd(), runtime, env = {}, timeoutMs = 60_000}: StartMeshOptions = {},
): Promise<TestMesh> => {
	const isFile = typeof config === 'string';
	const giveUp = new AbortController();
	const cancel = systemClock.after(ms(timeoutMs), () => giveUp.abort());
	try {
		const {client, stop} = await startTemporaryMesh({
			configIn: async own => {
				if (isFile) {
					return path.resolve(config);
				}

				const file = path.join(own, 'mesh.config.yaml');
				// JSON is YAML.
				await writeFile(file, JSON.stringify(config, null, '\t'));
				return file;
			},
			variables: {
				...env,
				...(!isFile && {[folderVariable]: path.resolve(folder)}),
				...(runtime !== undefined && {[runtimeVariable]: runtime}),
			},
			signal: giveUp.signal,
		});
		return await createTestMesh(client, stop);
	} finally {
		cancel();
	}
};
