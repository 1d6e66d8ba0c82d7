// Asks an app again and again whether it is ready, and tells of every turn.
import type {Clock} from '../common/clock.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import type {HealthConfig} from '../model/mesh-config.ts';

export type Readiness =
	| {readonly kind: 'ready'}
	/** Told about once a second: what is in the way. */
	| {readonly kind: 'waiting'; readonly problem: string}
	/** Told once a start, when it has taken longer than it may; it is asked on. */
	| {readonly kind: 'late'; readonly problem: string}
	| {readonly kind: 'unready'; readonly problem: string};

export interface ReadinessTools {
	readonly health: Omit<HealthConfig, 'probe'>;
	/** False: ready once is ready until it ends. */
	readonly isAskedOn: boolean;
	/** What a former control plane knew. */
	readonly wasReady: boolean;
	/** Gives undefined when the app is ready, else what is in the way. */
	readonly ask: () => Promise<string | undefined>;
	readonly tell: (readiness: Readiness) => Promise<void> | void;
	readonly clock: Clock;
	/** Ends the asking. */
	readonly signal: AbortSignal;
}

// Most apps are there within half a second; after that, asking often only keeps a busy machine busy.
const hurry = 500;
const shortPause = 50;
const longPause = 250;
const tellInterval = 1000;

/** Resolves when there is nothing more to ask. Rejects with the signal's reason. */
export const watchReadiness = async (tools: ReadinessTools): Promise<void> => {
	const {wasReady, isAskedOn, tell} = tools;
	if (!wasReady) {
		await awaitReady(tools, shortPause);
	}

	while (isAskedOn) {
		await tell({kind: 'unready', problem: await awaitFailures(tools)});
		await awaitReady(tools, longPause);
	}
};

/** Each start counts from its own beginning, also that of an app that was ready before. */
const awaitReady = async ({health, ask, tell, clock, signal}: ReadinessTools, firstPause: number): Promise<void> => {
	const startedAt = clock.now();
	let pause = firstPause;
	let toldAt: Milliseconds = startedAt;
	let isLate = false;
	for (;;) {
		await clock.sleep(ms(pause), signal);
		const problem = await ask();
		signal.throwIfAborted();
		if (problem === undefined) {
			await tell({kind: 'ready'});
			return;
		}

		const now = clock.now();
		pause = now - startedAt < hurry ? firstPause : Math.min(longPause, pause + shortPause);
		if (!isLate && now - startedAt >= health.startTimeoutMs) {
			isLate = true;
			toldAt = now;
			await tell({kind: 'late', problem});
		} else if (now - toldAt >= tellInterval) {
			toldAt = now;
			await tell({kind: 'waiting', problem});
		}
	}
};

/** Resolves with what was in the way when it failed as often in a row as it may. */
const awaitFailures = async ({health, ask, clock, signal}: ReadinessTools): Promise<string> => {
	let failures = 0;
	for (;;) {
		await clock.sleep(health.intervalMs, signal);
		const problem = await ask();
		signal.throwIfAborted();
		failures = problem === undefined ? 0 : failures + 1;
		if (problem !== undefined && failures >= health.failures) {
			return problem;
		}
	}
};
