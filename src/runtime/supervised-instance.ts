// Keeps one instance running: starts it, asks whether it is ready, starts it again when it ends.
import {stat} from 'node:fs/promises';
import type {Clock} from '../common/clock.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import type {DesiredInstance} from '../model/desired-state.ts';
import type {HealthConfig} from '../model/mesh-config.ts';
import type {InstanceState} from '../model/observed-state.ts';
import {awaitExit} from './await-exit.ts';
import type {InstanceRecord} from './instance-record.ts';
import {probe} from './probe.ts';
import {stopGroup} from './process-group.ts';
import {processStartTime} from './process-start-time.ts';
import {lastLines} from './read-log.ts';
import type {RuntimeEvent} from './runtime.ts';
import {type ProcessExit, spawnInGroup} from './spawn-in-group.ts';

export interface SupervisedInstance {
	readonly state: () => InstanceState;
	/** Undefined while no process runs. */
	readonly record: () => InstanceRecord | undefined;
	/** Starts the process. Throws MeshError. */
	readonly start: () => Promise<void>;
	/** Takes over a process that runs. */
	readonly adopt: (record: InstanceRecord) => void;
	/** Ends the process with its whole group, for good. */
	readonly stop: () => Promise<void>;
	/** Lets go and leaves the process running. */
	readonly detach: () => void;
}

export interface SupervisionTools {
	readonly clock: Clock;
	/** All that the process gets, besides what the instance says. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly logFile: string;
	readonly emit: (event: RuntimeEvent) => void;
	/** The record has changed. */
	readonly save: () => void;
}

const defaultHealth: HealthConfig = {
	probe: {kind: 'tcp'},
	intervalMs: ms(5000),
	timeoutMs: ms(1000),
	failures: 3,
	startTimeoutMs: ms(60_000),
};

// Almost at once the first time, then ever later.
const firstPause = 50;
const longestPause = 30_000;
// Who was ready for so long starts again from the first pause.
const steady = 10_000;
const tailLines = 20;

/** Creates the supervision of an instance that does not run yet. */
export const createSupervisedInstance = (instance: DesiredInstance, tools: SupervisionTools): SupervisedInstance => {
	const {clock, environment, logFile, emit, save} = tools;
	const health = instance.health ?? defaultHealth;
	const env = {...environment, ...instance.env};
	let state: InstanceState = 'starting';
	let since = clock.now();
	let record: InstanceRecord | undefined;
	let exits = 0;
	let life = new AbortController();
	let unref = () => {};

	const change = (
		next: InstanceState,
		parts: {readonly waitingFor?: string; readonly note?: string; readonly lastLines?: readonly string[]} = {},
	): void => {
		if (next !== state) {
			since = clock.now();
		}

		state = next;
		if (record) {
			record = {...record, state};
			save();
		}

		emit({kind: 'instance', id: instance.id, service: instance.service, state, forMs: clock.now() - since, ...parts});
	};

	const watchOver = (exit: Promise<ProcessExit>): void => {
		life = new AbortController();
		const {signal} = life;
		void exit.then(result => {
			if (!signal.aborted) {
				void onExit(result);
			}
		});
		void watchReadiness(signal).catch(() => {
			// The process has ended, or was let go.
		});
	};

	const onExit = async ({isSuccess, description}: ProcessExit): Promise<void> => {
		life.abort();
		const wasSteady = state === 'ready' && clock.now() - since > steady;
		const leader = record?.pid;
		record = undefined;
		save();
		// What it started must not live on beside its successor, nor hold its port.
		const cleared = leader === undefined ? Promise.resolve() : stopGroup(leader, ms(0), clock);
		if (instance.job && isSuccess) {
			change('completed', {note: description});
		} else if (instance.restart === 'no' || (instance.restart === 'on-failure' && isSuccess)) {
			change(isSuccess ? 'stopped' : 'failed', {note: description, lastLines: await lastLines(logFile, tailLines)});
		} else {
			exits = wasSteady ? 0 : exits + 1;
			const pause = Math.min(longestPause, exits <= 1 ? firstPause : 250 * 2 ** (exits - 1));
			await startAgain(ms(pause), description, cleared);
		}
	};

	const startAgain = async (pause: Milliseconds, description: string, cleared: Promise<void>): Promise<void> => {
		change('restarting', {
			note: `${description}; starting again in ${pause >= 1000 ? `${pause / 1000} s` : `${pause} ms`}`,
			lastLines: await lastLines(logFile, tailLines),
		});
		life = new AbortController();
		try {
			await Promise.all([clock.sleep(pause, life.signal), cleared]);
			await start();
		} catch (error) {
			if (!life.signal.aborted) {
				change('failed', {note: (error as Error).message});
			}
		}
	};

	const start = async (): Promise<void> => {
		const logStart = (await stat(logFile).catch(() => undefined))?.size ?? 0;
		const spawned = await spawnInGroup({
			command: instance.command,
			workdir: instance.workdir,
			env,
			logFile,
			name: instance.id,
		});
		unref = spawned.unref;
		const startTime = (await processStartTime(spawned.pid)) ?? '';
		record = {instance, pid: spawned.pid, startTime, state: 'starting', logStart};
		change('starting');
		watchOver(spawned.exit);
	};

	const watchReadiness = async (signal: AbortSignal): Promise<void> => {
		// Its exit code is its readiness.
		if (instance.job) {
			return;
		}

		const startedAt = clock.now();
		// Most apps are there within half a second; after that, asking often only keeps a busy machine busy.
		let pause = 50;
		let failures = 0;
		let toldAt = startedAt;
		for (;;) {
			await clock.sleep(ms(state === 'ready' ? health.intervalMs : pause), signal);
			if (state === 'ready' && !instance.health) {
				// Without a health check of its own, it is ready until it ends.
				return;
			}

			const problem = await probe(health.probe, {
				port: instance.appPort,
				workdir: instance.workdir,
				env,
				logFile,
				logStart: record?.logStart ?? 0,
				timeoutMs: health.timeoutMs,
				clock,
			});
			signal.throwIfAborted();
			if (problem === undefined) {
				failures = 0;
				if (state !== 'ready') {
					change('ready');
				}
			} else if (state === 'ready') {
				failures++;
				if (failures >= health.failures) {
					pause = 250;
					change('starting', {waitingFor: problem, note: `${failures} probes failed`});
				}
			} else {
				pause = clock.now() - startedAt < 500 ? 50 : Math.min(250, pause + 50);
				toldAt = await tellWait(problem, startedAt, toldAt);
			}
		}
	};

	/** About once a second, and once when it has taken too long. Returns when it was told last. */
	const tellWait = async (waitingFor: string, startedAt: Milliseconds, toldAt: Milliseconds): Promise<Milliseconds> => {
		const now = clock.now();
		if (state === 'starting' && now - startedAt >= health.startTimeoutMs) {
			change('failed', {
				waitingFor,
				note: `not ready after ${health.startTimeoutMs / 1000} s: ${waitingFor}`,
				lastLines: await lastLines(logFile, tailLines),
			});
			return now;
		}

		if (now - toldAt >= 1000) {
			change(state, {waitingFor});
			return now;
		}

		return toldAt;
	};

	return {
		state: () => state,
		record: () => record,
		start,
		adopt: saved => {
			record = saved;
			state = saved.state;
			watchOver(awaitExit(saved.pid, saved.startTime, clock, life.signal));
		},
		stop: async () => {
			life.abort();
			const leader = record?.pid;
			change('stopping');
			if (leader !== undefined) {
				await stopGroup(leader, instance.stopGraceMs, clock);
			}

			record = undefined;
			save();
			change('stopped');
		},
		detach: () => {
			life.abort();
			unref();
		},
	};
};
