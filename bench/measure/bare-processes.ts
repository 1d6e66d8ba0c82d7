// The services of a mesh without the mesh.
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {freePort} from '../free-port.ts';
import type {Scope} from '../scope.ts';
import {startProgram} from '../start-program.ts';

export interface BareProcess {
	/** A script for this same Node. It listens at `PORT`. */
	readonly program: string;
	readonly environment: Readonly<Record<string, string>>;
	/** What it is asked, until it answers. */
	readonly path: string;
}

/** Starts all at once and resolves when each has answered. */
export const startBare = async (scope: Scope, processes: readonly BareProcess[]): Promise<void> => {
	await Promise.all(
		processes.map(async ({program, environment, path}) => {
			const port = await freePort();
			startProgram(scope, [process.execPath, program], {environment: {...environment, PORT: String(port)}});
			while (!(await answers(`http://127.0.0.1:${port}${path}`))) {
				await sleep(5, undefined, {signal: scope.signal});
			}
		}),
	);
};

const answers = (url: string): Promise<boolean> =>
	fetch(url).then(
		async response => {
			await response.arrayBuffer();
			return response.ok;
		},
		() => false,
	);
