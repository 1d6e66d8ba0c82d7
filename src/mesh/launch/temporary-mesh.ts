// A mesh that lives as long as the process that starts it, with state of its own: for tests, and for a single command.
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {type ApiClient, createApiClient} from '../../admin/api-client.ts';
import {systemClock} from '../../common/clock.ts';
import {MeshError} from '../../common/mesh-error.ts';
import {ms} from '../../common/units.ts';
import type {ApiAddress} from '../../model/api.ts';
import type {MeshEvent} from '../../model/mesh-event.ts';
import {meshIdOf, stateFolderOf} from '../state-folder.ts';
import {stopLeftBehind} from '../stop-left-behind.ts';
import {isRunning} from './running-mesh.ts';
import {startControlPlane} from './start-control-plane.ts';
import {type StartEnd, watchStart} from './watch-start.ts';

export interface TemporaryMeshOptions {
	/** Gives the config file, absolute; the folder is the mesh's own, removed with it. */
	readonly configIn: (folder: string) => Promise<string>;
	/** Laid over the environment of the control plane and of the services. */
	readonly variables?: Readonly<Record<string, string>>;
	/** Told of what happens while it starts. */
	readonly onEvent?: (event: MeshEvent) => void;
	/** Aborted: the start is given up. */
	readonly signal?: AbortSignal;
}

export interface TemporaryMesh {
	readonly client: ApiClient;
	readonly address: ApiAddress;
	/** Resolves when nothing of it is left; again when it is called again. */
	readonly stop: () => Promise<void>;
}

const pollInterval = ms(10);

/** Resolves when everything is ready. Throws MeshError when the config has mistakes, or something did not become ready; nothing is left then. */
export const startTemporaryMesh = async ({
	configIn,
	variables = {},
	onEvent = () => {},
	signal,
}: TemporaryMeshOptions): Promise<TemporaryMesh> => {
	const stateRoot = await mkdtemp(path.join(tmpdir(), 'devmesh-mesh-'));
	const remove = () => rm(stateRoot, {recursive: true, force: true});
	let mesh: TemporaryMesh | undefined;
	try {
		const configFile = await configIn(stateRoot);
		const state = stateFolderOf(stateRoot, meshIdOf(configFile));
		const address = await startControlPlane({configFile, stateRoot, state}, {lifeline: {variables, isTemporary: true}});
		mesh = meshAt(address, async () => {
			// Had the control plane been killed, the rest would still be there.
			await stopLeftBehind(state, {});
			await remove();
		});
		const end = await watchStart({
			client: mesh.client,
			display: {take: onEvent, end: () => {}},
			...(signal && {signal}),
		});
		if (end.kind !== 'ready') {
			throw notReady(end, signal);
		}

		return mesh;
	} catch (error) {
		await (mesh ? mesh.stop() : remove());
		throw error;
	}
};

const meshAt = (address: ApiAddress, clearAway: () => Promise<void>): TemporaryMesh => {
	const client = createApiClient(address);
	let stopped: Promise<void> | undefined;
	const stop = async (): Promise<void> => {
		const tell = (): Promise<boolean> =>
			client.down().then(
				() => true,
				() => false,
			);
		for (let isTold = await tell(); await isRunning(address); isTold = isTold || (await tell())) {
			await systemClock.sleep(pollInterval);
		}

		await clearAway();
	};

	return {
		client,
		address,
		stop: () => {
			stopped ??= stop();
			return stopped;
		},
	};
};

const notReady = (end: Exclude<StartEnd, {readonly kind: 'ready'}>, signal: AbortSignal | undefined): MeshError =>
	end.kind === 'gone'
		? new MeshError({
				code: 'DM6016',
				message: signal?.aborted ? 'the mesh was not ready in time' : 'the mesh ended while it was starting',
				remedy: 'Give it more time, or look with `devmesh up` at what it waits for.',
			})
		: new MeshError({
				code: end.advice?.code ?? 'DM6016',
				message: [
					`${end.instance} did not become ready: ${end.message}`,
					...end.lastLines.map(line => `  ${line}`),
				].join('\n'),
				remedy: end.advice?.remedy ?? 'Its last lines stand above; mend it and start again.',
			});
