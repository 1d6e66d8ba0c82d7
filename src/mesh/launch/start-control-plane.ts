// Starts the control plane of a mesh in the background and waits until it answers.
import {spawn} from 'node:child_process';
import {open, readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type {Writable} from 'node:stream';
import {systemClock} from '../../common/clock.ts';
import {entryPoint} from '../../common/entry-point.ts';
import {MeshError} from '../../common/mesh-error.ts';
import {ms} from '../../common/units.ts';
import type {ApiAddress} from '../../model/api.ts';
import {lockHolder} from '../lock.ts';
import {markStart} from '../start-mark.ts';
import {createStateFolder, type StateFolder} from '../state-folder.ts';
import {readEnd} from './control-plane-end.ts';
import {type LifelineStart, lifelineFlag, lifelineStart} from './lifeline.ts';
import {runningMesh} from './running-mesh.ts';

const pollInterval = ms(15);
const tailLength = 2000;

/** Where a mesh's config and state are. */
export interface MeshLocation {
	/** Absolute. */
	readonly configFile: string;
	readonly stateRoot: string;
	readonly state: StateFolder;
}

export interface StartOptions {
	/** The mesh goes down when this process ends, however it ends. Default: it goes on. */
	readonly lifeline?: LifelineStart;
}

/** Gives the address of the mesh's API, once it answers. Throws MeshError when the control plane ends before. */
export const startControlPlane = async (location: MeshLocation, options: StartOptions = {}): Promise<ApiAddress> => {
	const {state} = location;
	const unmark = await markStart(state, process.pid);
	try {
		for (;;) {
			const address = await spawnControlPlane(location, options);
			if (address) {
				return address;
			}

			while ((await lockHolder(state.lock)) !== undefined && !(await runningMesh(state))) {
				await systemClock.sleep(pollInterval);
			}
		}
	} finally {
		await unmark();
	}
};

/** Undefined: somebody else has the mesh, another `up` that was faster or a `down` that clears it away. */
const spawnControlPlane = async (
	{configFile, stateRoot, state}: MeshLocation,
	{lifeline}: StartOptions,
): Promise<ApiAddress | undefined> => {
	await createStateFolder(state);
	const logFile = path.join(state.logs, 'control-plane.log');
	const log = await open(logFile, 'a', 0o600);
	const {size: logStart} = await log.stat();
	const program = entryPoint(import.meta.url, '../../cli/control-plane');
	const child = spawn(process.execPath, [program, configFile, stateRoot, ...(lifeline ? [lifelineFlag] : [])], {
		// The folder of the mesh may be moved away while it runs; this one stays.
		cwd: state.folder,
		detached: true,
		stdio: [lifeline ? 'pipe' : 'ignore', log.fd, log.fd],
		windowsHide: true,
	});
	await log.close();
	child.unref();
	if (lifeline) {
		const pipe = child.stdin as Writable & {readonly unref: () => void};
		pipe.on('error', () => {});
		pipe.write(lifelineStart(lifeline));
		pipe.unref();
	}

	let hasEnded = false;
	child.once('exit', () => {
		hasEnded = true;
	});
	// Should this process be killed: a control plane that has no lock yet is seen all the same.
	const unmark = await markStart(state, child.pid ?? 0);
	try {
		for (;;) {
			// Perhaps another `up` was faster: then its control plane is the one.
			const address = await runningMesh(state);
			if (address) {
				return address;
			}

			if (hasEnded) {
				const end = explainEnd(await readFrom(logFile, logStart), logFile);
				if (end.code === 'DM3002') {
					return undefined;
				}

				throw end;
			}

			await systemClock.sleep(pollInterval);
		}
	} finally {
		await unmark();
	}
};

const explainEnd = (log: string, logFile: string): MeshError =>
	readEnd(log) ??
	new MeshError({
		code: 'DM6013',
		message: `the control plane ended before it answered:\n${log.slice(-tailLength).trimEnd()}`,
		remedy: `Its log is ${logFile}.`,
	});

/** Only its own lines: those before are of another one, which may have ended for other reasons. */
const readFrom = async (file: string, start: number): Promise<string> => {
	const bytes = await readFile(file).catch(() => Buffer.alloc(0));
	return bytes.subarray(start).toString('utf8');
};
