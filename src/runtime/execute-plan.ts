// Carries a plan out: as much at once as dependencies allow, without decisions of its own.
import type {Clock} from '../common/clock.ts';
import {createEmitter, type Emitter} from '../common/emitter.ts';
import {MeshError} from '../common/mesh-error.ts';
import {ms} from '../common/units.ts';
import type {DesiredInstance} from '../model/desired-state.ts';
import type {Operation, Plan} from '../model/plan.ts';
import {createDependencyWatch, type DependencyWatch} from './dependency-watch.ts';
import {explainDependency} from './explain-plan.ts';
import type {Runtime} from './runtime.ts';

export interface ExecutionTools {
	/** Aborted when another plan takes over. */
	readonly signal: AbortSignal;
	readonly clock: Clock;
	/** Told about once a second of every instance that waits, for what and for how many milliseconds. */
	readonly onWaiting: (instance: DesiredInstance, waitingFor: string, forMs: number) => void;
	/** Told before what runs is stopped for what comes in its place. */
	readonly onReplacing?: (instance: DesiredInstance) => Promise<void>;
	/** Told of an operation that failed, also because of what it depends on; the others go on. */
	readonly onFailure: (operation: Operation, error: Error) => void;
}

/** Resolves when everything was started or stopped, not when it is ready. Rejects with the signal's reason once what was under way has come to its end. */
export const executePlan = async (plan: Plan, runtime: Runtime, tools: ExecutionTools): Promise<void> => {
	const {signal, onFailure} = tools;
	const stops = plan.operations.filter(operation => operation.kind === 'stop-instance');
	const starts = plan.operations.filter(operation => operation.kind !== 'stop-instance');
	const watch = createDependencyWatch(
		starts.map(({instance}) => instance),
		runtime,
	);
	const steps = createEmitter<void>();
	const fail = (operation: Operation, error: unknown): void => {
		if (!signal.aborted) {
			onFailure(operation, error instanceof Error ? error : new Error(String(error)));
		}
	};

	const stop = async (operation: (typeof stops)[number]): Promise<void> => {
		await runtime.stop(operation.id).catch((error: unknown) => fail(operation, error));
	};

	const start = async (operation: StartOperation): Promise<void> => {
		const {id} = operation.instance;
		try {
			await startWhenItMay(operation, {...tools, runtime, watch, steps});
			watch.onStarted(id);
		} catch (error) {
			watch.onFailed(id);
			fail(operation, error);
		}

		steps.emit();
	};

	// First, since a start may need the port of what goes.
	await Promise.all(stops.map(stop));
	signal.throwIfAborted();
	await Promise.all(starts.map(start));
	signal.throwIfAborted();
};

type StartOperation = Exclude<Operation, {readonly kind: 'stop-instance'}>;

interface StartTools extends ExecutionTools {
	readonly runtime: Runtime;
	readonly watch: DependencyWatch;
	/** Told of every operation that came to its end. */
	readonly steps: Emitter<void>;
}

const startWhenItMay = async ({kind, instance, after}: StartOperation, tools: StartTools): Promise<void> => {
	const {runtime, signal, clock, watch, onWaiting, onReplacing} = tools;
	if (kind === 'start-instance' && after.length > 0) {
		runtime.prepare?.(instance);
	}

	const startedAt = clock.now();
	for (;;) {
		signal.throwIfAborted();
		const awaited = after.filter(dependency => {
			const progress = watch.progressOf(dependency);
			if (progress.kind === 'hopeless') {
				throw new MeshError({
					code: 'DM5003',
					message: `${instance.id} cannot start: it waits for ${explainDependency(dependency)}, and ${progress.because}`,
					remedy: `See \`devmesh logs ${dependency.service}\` for the reason; saving the config tries it again.`,
				});
			}

			return progress.kind === 'awaited';
		});
		if (awaited.length === 0) {
			break;
		}

		onWaiting(instance, awaited.map(explainDependency).join(' and '), clock.now() - startedAt);
		await nextChange(tools);
	}

	if (kind === 'replace-instance') {
		// What runs goes on until all is there for what comes in its place.
		await runtime.fetch?.(instance);
		signal.throwIfAborted();
		await onReplacing?.(instance);
		signal.throwIfAborted();
		await runtime.stop(instance.id);
		signal.throwIfAborted();
	}

	await runtime.start(instance);
};

/** Resolves when the runtime or the plan tells of anything, or after a second. */
const nextChange = async ({runtime, steps, clock, signal}: StartTools): Promise<void> => {
	const change = new AbortController();
	const offs = [runtime.on(() => change.abort()), steps.on(() => change.abort())];
	try {
		await clock.sleep(ms(1000), AbortSignal.any([signal, change.signal]));
	} catch {
		signal.throwIfAborted();
	} finally {
		for (const off of offs) {
			off();
		}
	}
};
