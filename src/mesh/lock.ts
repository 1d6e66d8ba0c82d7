// Sees to it that a mesh has one control plane at a time.
import {readFile, rm, writeFile} from 'node:fs/promises';
import {MeshError} from '../common/mesh-error.ts';
import {processStartTime} from '../runtime/process-start-time.ts';

/** Takes the lock of a mesh. Throws MeshError when a living process holds it. Returns what gives it back. */
export const takeLock = async (file: string, pid: number): Promise<() => Promise<void>> => {
	for (;;) {
		try {
			await writeFile(file, describe(pid, await processStartTime(pid)), {flag: 'wx', mode: 0o600});
			return () => rm(file, {force: true});
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
				throw error;
			}

			const found = await readFile(file, 'utf8').catch(() => '');
			const holder = Number.parseInt(found, 10);
			const startTime = holder > 0 ? await processStartTime(holder) : undefined;
			if (startTime !== undefined && found === describe(holder, startTime)) {
				throw new MeshError({
					code: 'DM3002',
					message: `this mesh is run by process ${holder} already`,
					remedy: 'See it with `devmesh status`; bring it down with `devmesh down`.',
				});
			}

			// Left behind by a control plane that was killed.
			await rm(file, {force: true});
		}
	}
};

// The number alone would do until the machine is started again and gives it to somebody else.
const describe = (pid: number, startTime: string | undefined): string => `${pid} ${startTime ?? ''}`;
