// Says how far the things are that an instance depends on.
import type {DependencyConfig} from '../model/mesh-config.ts';
import type {InstanceState, ObservedInstance} from '../model/observed-state.ts';
import type {Runtime} from './runtime.ts';

export type DependencyProgress =
	| {readonly kind: 'met'}
	| {readonly kind: 'awaited'}
	/** It will not come any more, and because of whom: `migrate-1 has failed`. */
	| {readonly kind: 'hopeless'; readonly because: string};

export interface DependencyWatch {
	/** The plan has carried this instance out: from now on it is as it is seen. */
	readonly onStarted: (id: string) => void;
	/** The plan could not start this instance. */
	readonly onFailed: (id: string) => void;
	readonly progressOf: (dependency: DependencyConfig) => DependencyProgress;
}

interface Planned {
	readonly id: string;
	readonly service: string;
}

/** Creates a watch over a plan's starts; what is restarted counts as yet to come until its new process runs. */
export const createDependencyWatch = (
	planned: readonly Planned[],
	runtime: Pick<Runtime, 'observe'>,
): DependencyWatch => {
	const pending = new Set(planned.map(({id}) => id));
	const failed = new Set<string>();
	return {
		onStarted: id => pending.delete(id),
		onFailed: id => {
			pending.delete(id);
			failed.add(id);
		},
		progressOf: ({service, condition}) => {
			const running = runtime
				.observe()
				.instances.filter(
					instance => instance.service === service && !pending.has(instance.id) && !failed.has(instance.id),
				);
			const lost =
				planned.find(instance => instance.service === service && failed.has(instance.id))?.id ??
				running.find(instance => isLostFor(condition, instance))?.id;
			if (lost !== undefined) {
				return {kind: 'hopeless', because: `${lost} has failed`};
			}

			const isPending = planned.some(instance => instance.service === service && pending.has(instance.id));
			return {kind: !isPending && running.every(({state}) => enough[condition].has(state)) ? 'met' : 'awaited'};
		},
	};
};

const enough: Readonly<Record<DependencyConfig['condition'], ReadonlySet<InstanceState>>> = {
	started: new Set(['starting', 'ready', 'paused', 'restarting', 'completed', 'failed', 'stopped']),
	healthy: new Set(['ready', 'completed']),
	completed: new Set(['completed']),
};

/** Who has ended for good can still be `started`, but nothing more. A start that takes too long is none of these: its process lives. */
const isLostFor = (condition: DependencyConfig['condition'], {state, pid}: ObservedInstance): boolean =>
	pid === 0 && (state === 'failed' || state === 'stopped') && !enough[condition].has(state);
