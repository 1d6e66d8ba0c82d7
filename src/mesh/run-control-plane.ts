// The life of a control plane's process: lock, parts, API, until the mesh is brought down.
import {randomBytes} from 'node:crypto';
import {readFile, rm} from 'node:fs/promises';
import {createApi} from '../admin/create-api.ts';
import {serveApi} from '../admin/serve-api.ts';
import {writeJson} from '../common/write-whole.ts';
import type {ApiAddress} from '../model/api.ts';
import {processStartTime} from '../runtime/process-start-time.ts';
import {startControlPlane} from './control-plane.ts';
import {takeLock} from './lock.ts';
import type {MeshOptions} from './mesh-parts.ts';
import {clearStateFolder, createStateFolder} from './state-folder.ts';

/** Runs until the mesh was brought down. Throws MeshError when another control plane runs it, or when there is no usable config. */
export const runControlPlane = async (options: MeshOptions, onRunning: (down: () => void) => void): Promise<void> => {
	const {state, pid, clock, log} = options;
	await createStateFolder(state);
	const unlock = await takeLock(state.lock, pid);
	try {
		const controlPlane = await startControlPlane(options);
		onRunning(controlPlane.door.down);
		const token = randomBytes(32).toString('base64url');
		const openApi = await readFile(options.openApiFile, 'utf8');
		const {door} = controlPlane;
		const api = await controlPlane.serveApi(port =>
			serveApi({
				port,
				clock,
				pagesOf: door.pagesOf,
				create: (port, ending) => createApi({mesh: door, token, port, openApi, clock, log, ending}),
			}),
		);
		const address: ApiAddress = {
			url: api.url,
			token,
			pid,
			processStart: (await processStartTime(pid)) ?? '',
			startedAt: new Date(clock.wall()).toISOString(),
		};
		await writeJson(state.api, address);
		await controlPlane.done;
		await rm(state.api, {force: true});
		await api.stop();
		await clearStateFolder(state);
	} finally {
		await unlock();
	}
};
