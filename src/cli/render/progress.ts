// Keeps account of a start and says it in lines.
import type {MeshEvent} from '../../model/mesh-event.ts';
import type {InstanceState} from '../../model/observed-state.ts';

export interface Progress {
	/** Takes an event. Returns the line that it is worth where lines cannot be drawn again; undefined for none. */
	readonly take: (event: MeshEvent) => string | undefined;
	/** The whole picture, one line an instance. */
	readonly lines: () => readonly string[];
}

interface Entry {
	readonly state: InstanceState;
	readonly detail: string;
}

/** Creates the account of nothing. */
export const createProgress = (): Progress => {
	const entries = new Map<string, Entry>();
	return {
		take: event => {
			if (event.kind !== 'instance') {
				return undefined;
			}

			const {instance, state} = event;
			const before = entries.get(instance);
			const detail = explain(event);
			if (state === 'stopped') {
				entries.delete(instance);
			} else {
				entries.set(instance, {state, detail});
			}

			// A wait is told again from time to time, a state once.
			const isNews = before?.state !== state || (event.waitingFor !== undefined && before.detail !== detail);
			return isNews ? `${instance}  ${detail}` : undefined;
		},
		lines: () => {
			const width = Math.max(0, ...[...entries.keys()].map(({length}) => length));
			return [...entries].map(([instance, {state, detail}]) => `${marks[state]} ${instance.padEnd(width)}  ${detail}`);
		},
	};
};

const explain = ({state, waitingFor, note, forMs}: Extract<MeshEvent, {kind: 'instance'}>): string => {
	const seconds = Math.round(forMs / 1000);
	const waiting = waitingFor === undefined ? '' : `waiting ${seconds > 0 ? `${seconds} s ` : ''}for ${waitingFor}`;
	if (state === 'waiting') {
		return waiting;
	}

	return [state, note, waiting].filter(Boolean).join(', ');
};

const marks: Readonly<Record<InstanceState, string>> = {
	waiting: '·',
	starting: '◌',
	ready: '●',
	restarting: '↻',
	completed: '✓',
	failed: '✗',
	stopping: '◌',
	stopped: '·',
};
