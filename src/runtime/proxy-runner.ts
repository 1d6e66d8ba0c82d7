// Runs the one proxy process of a mesh.
import path from 'node:path';
import process from 'node:process';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import {awaitExit} from './await-exit.ts';
import type {ProcessRecord} from './instance-record.ts';
import {stopGroup} from './process-group.ts';
import {processStartTime} from './process-start-time.ts';
import {type ProcessExit, spawnInGroup} from './spawn-in-group.ts';

export interface ProxyRunner {
	readonly record: () => ProcessRecord | undefined;
	/** Starts the process from its bootstrap file. Throws MeshError. */
	readonly start: (bootstrapFile: string) => Promise<void>;
	/** Takes over a process that runs. */
	readonly adopt: (record: ProcessRecord) => void;
	readonly stop: () => Promise<void>;
	/** Lets go and leaves the process running; resolves when a start that was under way is noted. */
	readonly detach: () => Promise<void>;
}

export interface ProxyRunnerTools {
	/** The file of its program. */
	readonly program: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly logFile: string;
	readonly clock: Clock;
	/** It ended without having been asked to. */
	readonly onLost: (reason: string) => void;
	/** The record has changed. */
	readonly save: () => void;
}

// Its own drain takes two seconds.
const grace = ms(5000);

/** Creates the runner; nothing runs yet. */
export const createProxyRunner = ({
	program,
	environment,
	logFile,
	clock,
	onLost,
	save,
}: ProxyRunnerTools): ProxyRunner => {
	let record: ProcessRecord | undefined;
	let life = new AbortController();
	let unref = () => {};
	let starting: Promise<void> = Promise.resolve();

	const watchOver = (exit: Promise<ProcessExit>): void => {
		const {signal} = life;
		void exit.then(({description}) => {
			if (!signal.aborted) {
				record = undefined;
				save();
				onLost(description);
			}
		});
	};

	const spawn = async (bootstrapFile: string): Promise<void> => {
		const {signal} = life;
		const spawned = await spawnInGroup({
			command: [process.execPath, program, bootstrapFile],
			workdir: path.dirname(bootstrapFile),
			env: environment,
			logFile,
			name: 'the proxy process',
		});
		unref = spawned.unref;
		record = {pid: spawned.pid, startTime: (await processStartTime(spawned.pid)) ?? ''};
		save();
		if (!signal.aborted) {
			watchOver(spawned.exit);
		}
	};

	return {
		record: () => record,
		start: bootstrapFile => {
			life = new AbortController();
			const start = spawn(bootstrapFile);
			starting = start.catch(() => {});
			return start;
		},
		adopt: saved => {
			record = saved;
			life = new AbortController();
			watchOver(awaitExit(saved.pid, saved.startTime, clock, life.signal));
		},
		stop: async () => {
			life.abort();
			// What is just being started has no number yet.
			await starting;
			const pid = record?.pid;
			record = undefined;
			if (pid !== undefined) {
				await stopGroup(pid, grace, clock);
			}

			save();
		},
		detach: async () => {
			life.abort();
			await starting;
			unref();
		},
	};
};
