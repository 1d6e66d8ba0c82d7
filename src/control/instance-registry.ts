// Remembers what the runtime told of each instance.
import type {Clock} from '../common/clock.ts';
import type {Advice} from '../model/advice.ts';
import type {InstanceStatus} from '../model/mesh-status.ts';
import type {InstanceState, ObservedState} from '../model/observed-state.ts';

export interface InstanceChange {
	readonly id: string;
	readonly state: InstanceState;
	readonly waitingFor?: string;
	/** Why it failed. */
	readonly note?: string;
	readonly advice?: Advice;
}

export interface InstanceRegistry {
	/** Takes over what was found running. */
	readonly adopt: (observed: ObservedState) => void;
	/** Notes a change; true when the state itself is another one than before. */
	readonly note: (change: InstanceChange, observed: ObservedState) => boolean;
	readonly stateOf: (id: string) => InstanceState | undefined;
	readonly statusOf: (id: string) => Omit<InstanceStatus, 'id' | 'revision'> | undefined;
	/** How long an instance has been in its state, in milliseconds. */
	readonly ageOf: (id: string) => number;
	/** Forgets whoever is not listed. */
	readonly keepOnly: (ids: ReadonlySet<string>) => void;
}

interface Entry {
	readonly status: Omit<InstanceStatus, 'id' | 'revision'>;
	readonly since: number;
}

/** Creates an empty registry. */
export const createInstanceRegistry = (clock: Clock): InstanceRegistry => {
	const entries = new Map<string, Entry>();
	return {
		adopt: observed => {
			for (const {id, state, pid, appPort, waitingFor} of observed.instances) {
				entries.set(id, {status: {state, pid, restarts: 0, waitingFor, appPort}, since: clock.now()});
			}
		},
		note: ({id, state, waitingFor, note, advice}, observed) => {
			const before = entries.get(id);
			const seen = observed.instances.find(instance => instance.id === id);
			const isNew = before?.status.state !== state;
			entries.set(id, {
				status: {
					state,
					// 0 stands for no process.
					pid: seen?.pid || undefined,
					restarts: (before?.status.restarts ?? 0) + (state === 'restarting' && isNew ? 1 : 0),
					waitingFor,
					...(state === 'failed' && note !== undefined && {note}),
					...(state === 'failed' && advice && {advice}),
					appPort: seen?.appPort ?? before?.status.appPort ?? 0,
				},
				since: isNew ? clock.now() : (before?.since ?? clock.now()),
			});
			return isNew;
		},
		stateOf: id => entries.get(id)?.status.state,
		statusOf: id => entries.get(id)?.status,
		ageOf: id => clock.now() - (entries.get(id)?.since ?? clock.now()),
		keepOnly: ids => {
			for (const id of entries.keys()) {
				if (!ids.has(id)) {
					entries.delete(id);
				}
			}
		},
	};
};
