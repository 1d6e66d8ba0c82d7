// Carries a plan out: as much at once as dependencies allow, without decisions of its own.
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {DesiredInstance} from '../model/desired-state.ts';
import type {DependencyConfig} from '../model/mesh-config.ts';
import type {InstanceState} from '../model/observed-state.ts';
import type {Operation, Plan} from '../model/plan.ts';
import {explainDependency} from './explain-plan.ts';
import type {Runtime} from './runtime.ts';

export interface ExecutionTools {
	/** Aborted when another plan takes over. */
	readonly signal: AbortSignal;
	readonly clock: Clock;
	/** Told about once a second of every instance that waits, for what and for how many milliseconds. */
	readonly onWaiting: (instance: DesiredInstance, waitingFor: string, forMs: number) => void;
	/** Told of an operation that failed; the others go on. */
	readonly onFailure: (operation: Operation, error: Error) => void;
}

/** Resolves when everything was started or stopped, not when it is ready. Rejects with the signal's reason. */
export const executePlan = async (plan: Plan, runtime: Runtime, tools: ExecutionTools): Promise<void> => {
	const stops = plan.operations.filter(operation => operation.kind === 'stop-instance');
	const starts = plan.operations.filter(operation => operation.kind !== 'stop-instance');
	const isAwaited = createAwaited(plan, runtime);
	const carryOut = async (operation: Operation, work: () => Promise<void>): Promise<void> => {
		try {
			await work();
		} catch (error) {
			tools.signal.throwIfAborted();
			tools.onFailure(operation, error instanceof Error ? error : new Error(String(error)));
		}
	};

	await Promise.all(stops.map(operation => carryOut(operation, () => runtime.stop(operation.id))));
	await Promise.all(
		starts.map(operation =>
			carryOut(operation, async () => {
				const {instance, after} = operation;
				await waitForDependencies(instance, after, isAwaited, runtime, tools);
				if (operation.kind === 'replace-instance') {
					await runtime.stop(instance.id);
				}

				tools.signal.throwIfAborted();
				await runtime.start(instance);
			}),
		),
	);
};

type IsAwaited = (dependency: DependencyConfig) => boolean;

/** Tells whether a dependency is still waited for: one of its instances, running or yet to start, is not where it should be. */
const createAwaited = (plan: Plan, runtime: Runtime): IsAwaited => {
	const planned = plan.operations.flatMap(operation =>
		operation.kind === 'start-instance' ? [operation.instance] : [],
	);
	return ({service, condition}) => {
		const running = runtime.observe().instances.filter(instance => instance.service === service);
		const ids = new Set(running.map(({id}) => id));
		const isMissing = planned.some(instance => instance.service === service && !ids.has(instance.id));
		return isMissing || !running.every(({state}) => conditions[condition].has(state));
	};
};

const conditions: Readonly<Record<DependencyConfig['condition'], ReadonlySet<InstanceState>>> = {
	started: new Set(['starting', 'ready', 'restarting', 'completed', 'failed']),
	healthy: new Set(['ready', 'completed']),
	completed: new Set(['completed']),
};

const waitForDependencies = async (
	instance: DesiredInstance,
	after: readonly DependencyConfig[],
	isAwaited: IsAwaited,
	runtime: Runtime,
	{signal, clock, onWaiting}: ExecutionTools,
): Promise<void> => {
	const startedAt = clock.now();
	for (;;) {
		const awaited = after.filter(isAwaited);
		if (awaited.length === 0) {
			return;
		}

		onWaiting(instance, awaited.map(explainDependency).join(' and '), clock.now() - startedAt);
		await nextChange(runtime, clock, signal);
	}
};

/** Resolves when the runtime tells of anything, or after a second. */
const nextChange = async (runtime: Runtime, clock: Clock, signal: AbortSignal): Promise<void> => {
	const change = new AbortController();
	const off = runtime.on(() => change.abort());
	try {
		await clock.sleep(ms(1000), AbortSignal.any([signal, change.signal]));
	} catch {
		signal.throwIfAborted();
	} finally {
		off();
	}
};
