// Compares what should run with what runs. Pure: same states, same plan.
import type {DesiredInstance, DesiredState} from '../model/desired-state.ts';
import type {ObservedInstance, ObservedState} from '../model/observed-state.ts';
import type {Operation, Plan} from '../model/plan.ts';
import {isTool} from '../model/tool.ts';

/** Gives the operations in an order in which nothing has to wait for what comes later: stops, then starts after their dependencies. */
export const planChanges = (
	desired: DesiredState,
	observed: ObservedState,
	/** To be replaced though nothing has changed, with the cause. */
	asked: ReadonlyMap<string, string> = new Map(),
): Plan => {
	const running = new Map(observed.instances.map(instance => [instance.id, instance]));
	const wanted = new Set(desired.instances.map(({id}) => id));
	const stops = observed.instances
		// A tool is no part of a plan: nothing waits for it.
		.filter(({id}) => !wanted.has(id) && !isTool(id))
		.map(({id, service}): Operation => ({kind: 'stop-instance', id, cause: stopCause(service, desired)}));
	const starts = inDependencyOrder(desired.instances).flatMap(
		instance => startOf(instance, running.get(instance.id), asked.get(instance.id)) ?? [],
	);
	return {operations: [...stops, ...starts], unchanged: desired.instances.length - starts.length};
};

const stopCause = (service: string, {instances}: DesiredState): string =>
	instances.some(instance => instance.service === service)
		? `${service} has fewer instances now`
		: `${service} is no longer in the config`;

const startOf = (
	instance: DesiredInstance,
	running: ObservedInstance | undefined,
	wish: string | undefined,
): Operation | undefined => {
	const after = instance.dependsOn;
	if (!running) {
		return {kind: 'start-instance', instance, after, cause: 'it does not run'};
	}

	if (running.state === 'stopping') {
		return {kind: 'replace-instance', instance, after, cause: 'it is being stopped'};
	}

	if (running.digest !== instance.digest) {
		return {kind: 'replace-instance', instance, after, cause: 'its settings changed'};
	}

	if (wish !== undefined) {
		return {kind: 'replace-instance', instance, after, cause: wish};
	}

	// A start that takes too long has failed, too, but its process lives and may yet get there.
	return running.state === 'failed' && running.pid === 0
		? {kind: 'start-instance', instance, after, cause: 'it has failed before'}
		: undefined;
};

/** Dependencies first; where there is a circle, in the order of the config. */
const inDependencyOrder = (instances: readonly DesiredInstance[]): readonly DesiredInstance[] => {
	const placed = new Set<DesiredInstance>();
	const place = (instance: DesiredInstance, above: ReadonlySet<string>): void => {
		if (placed.has(instance) || above.has(instance.service)) {
			return;
		}

		for (const {service} of instance.dependsOn) {
			for (const other of instances.filter(candidate => candidate.service === service)) {
				place(other, new Set([...above, instance.service]));
			}
		}

		placed.add(instance);
	};

	for (const instance of instances) {
		place(instance, new Set());
	}

	return [...placed];
};
