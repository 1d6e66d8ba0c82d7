// Keeps one instance running: starts it, asks whether it is ready, starts it again when it ends.
import type {Clock} from '../common/clock.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import type {DesiredInstance} from '../model/desired-state.ts';
import type {HealthConfig} from '../model/mesh-config.ts';
import type {InstanceState} from '../model/observed-state.ts';
import {adviceOf} from './advice-of.ts';
import type {InstanceBody} from './instance-body.ts';
import type {InstanceRecord} from './instance-record.ts';
import {lastLines} from './read-log.ts';
import {restartPause} from './restart-pause.ts';
import type {RuntimeEvent} from './runtime.ts';
import type {ProcessExit} from './spawn-in-group.ts';
import {type Readiness, watchReadiness} from './watch-readiness.ts';

export interface SupervisedInstance {
	readonly state: () => InstanceState;
	/** What is in the way, as it was told last. */
	readonly waitingFor: () => string | undefined;
	/** What the next control plane must know; undefined while there is nothing to take over. */
	readonly record: () => InstanceRecord | undefined;
	/** Starts the process. Throws MeshError. */
	readonly start: () => Promise<void>;
	/** Takes over a process that runs. */
	readonly adopt: (record: InstanceRecord) => void;
	/** Ends the process with all that it started, for good. However often it is called, it is stopped once. */
	readonly stop: () => Promise<void>;
	/** Lets go and leaves the process running; resolves when a start that was under way is noted. */
	readonly detach: () => Promise<void>;
}

export interface SupervisionTools {
	readonly clock: Clock;
	readonly body: InstanceBody;
	readonly logFile: string;
	readonly emit: (event: RuntimeEvent) => void;
	/** The record has changed. */
	readonly save: () => void;
}

type InstanceEvent = Extract<RuntimeEvent, {kind: 'instance'}>;

/** For an instance that says nothing of it: ready once it accepts a connection. */
export const defaultHealth: HealthConfig = {
	probe: {kind: 'tcp'},
	intervalMs: ms(5000),
	timeoutMs: ms(1000),
	failures: 3,
	startTimeoutMs: ms(60_000),
};

// Who was ready for so long starts again from the first pause.
const steady = 10_000;
const tailLines = 20;

/** Creates the supervision of an instance that does not run yet. */
export const createSupervisedInstance = (instance: DesiredInstance, tools: SupervisionTools): SupervisedInstance => {
	const {clock, body, logFile, emit, save} = tools;
	const health = instance.health ?? defaultHealth;
	let state: InstanceState = 'starting';
	let since = clock.now();
	let waitingFor: string | undefined;
	let record: InstanceRecord | undefined;
	let exits = 0;
	// Of the process that runs, or of the pause before the next one.
	let life = new AbortController();
	// Of the probes, as long as there is somebody to answer.
	let asking = new AbortController();
	// Stopped or let go: nothing may be started any more, whatever was under way.
	let isOver = false;
	let starting: Promise<void> = Promise.resolve();
	let clearing: Promise<void> = Promise.resolve();
	let stopping: Promise<void> | undefined;

	const change = (
		next: InstanceState,
		parts: Pick<InstanceEvent, 'waitingFor' | 'note' | 'advice' | 'lastLines'> = {},
	): void => {
		if (next !== state) {
			since = clock.now();
		}

		state = next;
		({waitingFor} = parts);
		if (record) {
			record = {...record, state};
			save();
		}

		emit({kind: 'instance', id: instance.id, service: instance.service, state, forMs: clock.now() - since, ...parts});
	};

	const start = (): Promise<void> => {
		const start = spawn();
		// For whoever waits for it only to end; its failure is told to whoever asked for it.
		starting = start.catch(() => {});
		return start;
	};

	const spawn = async (): Promise<void> => {
		const started = await body.start();
		record = {instance, ...started.record, state: 'starting'};
		save();
		if (!isOver) {
			change('starting');
			watchOver(() => started.exit);
		}
	};

	const watchOver = (exitOf: (signal: AbortSignal) => Promise<ProcessExit>): void => {
		life = new AbortController();
		const {signal} = life;
		void exitOf(signal).then(result => {
			if (!signal.aborted) {
				void onExit(result);
			}
		});
		watchProbes();
		body.watchPaused?.(onPaused, signal);
	};

	const watchProbes = (): void => {
		asking = new AbortController();
		// A job's exit code is its readiness.
		if (!instance.job) {
			askOn(AbortSignal.any([life.signal, asking.signal])).catch(() => {
				// The process has ended, or was let go.
			});
		}
	};

	/** Who is paused answers nobody, and is not to blame for it. */
	const onPaused = (waitingFor: string | undefined): void => {
		asking.abort();
		if (waitingFor === undefined) {
			change('starting');
			watchProbes();
		} else {
			change('paused', {waitingFor});
		}
	};

	const askOn = (signal: AbortSignal): Promise<void> =>
		watchReadiness({
			health,
			// A line of a log is never taken back; and without a check of its own, an app is left alone once it accepts.
			isAskedOn: instance.health !== undefined && instance.health.probe.kind !== 'log',
			wasReady: state === 'ready',
			ask: () =>
				body
					.ask(record?.logStart ?? 0)
					.catch((error: unknown) => `the probe itself failed: ${(error as Error).message}`),
			tell: readiness => tellReadiness(readiness, signal),
			clock,
			signal,
		});

	const tellReadiness = async (readiness: Readiness, signal: AbortSignal): Promise<void> => {
		switch (readiness.kind) {
			case 'ready':
				change('ready');
				return;
			case 'waiting':
				change(state, {waitingFor: readiness.problem});
				return;
			case 'unready':
				change('starting', {waitingFor: readiness.problem, note: `${health.failures} probes failed`});
				return;
			case 'late': {
				const tail = await lastLines(logFile, tailLines);
				signal.throwIfAborted();
				change('failed', {
					waitingFor: readiness.problem,
					note: `not ready after ${health.startTimeoutMs / 1000} s: ${readiness.problem}`,
					lastLines: tail,
				});
			}
		}
	};

	const onExit = async ({isSuccess, description, isRunningAgain}: ProcessExit): Promise<void> => {
		life.abort();
		const wasSteady = state === 'ready' && clock.now() - since > steady;
		const ended = record;
		clearing = ended && !isRunningAgain ? body.clear(ended) : Promise.resolve();
		if (instance.job && isSuccess) {
			// Kept, so that the next control plane does not run it again.
			record = ended && {...ended, pid: 0};
			change('completed', {note: description});
			return;
		}

		record = undefined;
		save();
		const tail = await lastLines(logFile, tailLines);
		if (isOver) {
			return;
		}

		if (isRunningAgain) {
			await startAgain(ms(0), {note: description});
			return;
		}

		if (instance.restart === 'no' || (instance.restart === 'on-failure' && isSuccess)) {
			change(isSuccess ? 'stopped' : 'failed', {note: description, lastLines: tail});
			awaitStart();
			return;
		}

		exits = wasSteady ? 1 : exits + 1;
		const pause = restartPause(exits);
		await startAgain(pause, {
			note: `${description}; starting again in ${inWords(pause)}`,
			lastLines: tail,
		});
	};

	/** devmesh leaves it alone now, but whoever starts it by hand has it back. */
	const awaitStart = (): void => {
		life = new AbortController();
		const {signal} = life;
		void body.awaitStart?.(signal).then(() => {
			if (!signal.aborted) {
				void startAgain(ms(0), {note: 'somebody else has started it'});
			}
		});
	};

	const startAgain = async (
		pause: Milliseconds,
		parts: {readonly note: string; readonly lastLines?: readonly string[]},
	): Promise<void> => {
		life = new AbortController();
		const {signal} = life;
		change('restarting', parts);
		for (let next = pause; !signal.aborted; ) {
			try {
				await Promise.all([clock.sleep(next, signal), clearing]);
				signal.throwIfAborted();
				await start();
				return;
			} catch (error) {
				if (signal.aborted) {
					return;
				}

				// It ran before, so what is in the way may pass: an engine that is busy, a port that somebody holds for a moment.
				exits++;
				next = restartPause(exits);
				clearing = Promise.resolve();
				change('failed', {
					note: `${(error as Error).message}; trying again in ${inWords(next)}`,
					...adviceOf(error),
				});
			}
		}
	};

	const stop = async (): Promise<void> => {
		isOver = true;
		life.abort();
		change('stopping');
		// What is just being started has no number yet.
		await starting;
		await clearing;
		await body.stop(record);
		record = undefined;
		save();
		change('stopped');
	};

	return {
		state: () => state,
		waitingFor: () => waitingFor,
		record: () => record,
		start,
		adopt: saved => {
			record = saved;
			state = saved.state;
			if (saved.pid !== 0) {
				watchOver(signal => body.awaitExit(saved, signal));
			}
		},
		stop: () => {
			stopping ??= stop();
			return stopping;
		},
		detach: async () => {
			isOver = true;
			life.abort();
			await starting;
			body.release();
		},
	};
};

const inWords = (pause: Milliseconds): string => (pause >= 1000 ? `${pause / 1000} s` : `${pause} ms`);
