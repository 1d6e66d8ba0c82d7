// Keeps account of a start and says it in lines.
import type {MeshEvent} from '../../model/mesh-event.ts';
import type {InstanceState} from '../../model/observed-state.ts';

type InstanceEvent = Extract<MeshEvent, {kind: 'instance'}>;

export interface Progress {
	/** Takes an event. Returns the line that it is worth where lines cannot be drawn again; undefined for none. */
	readonly take: (event: InstanceEvent) => string | undefined;
	/** The whole picture in at most so many lines, one an instance; when there is no room for all, those that are not ready come first. */
	readonly lines: (room: number) => readonly string[];
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
		lines: room => {
			const width = Math.max(0, ...[...entries.keys()].map(({length}) => length));
			const all = [...entries].map(([instance, {state, detail}]) => ({
				isDone: isDone(state),
				text: `${marks[state]} ${instance.padEnd(width)}  ${detail}`,
			}));
			return fitInto(all, room).map(({text}) => text);
		},
	};
};

const fitInto = (all: readonly Line[], room: number): readonly Line[] => {
	if (all.length <= room) {
		return all;
	}

	const open = all.filter(({isDone}) => !isDone);
	const shown = open.slice(0, room - 1);
	const rest = all.length - shown.length;
	const ready = all.length - open.length;
	return [...shown, {isDone: false, text: `  and ${rest} more, ${ready} of them ready`}];
};

interface Line {
	readonly isDone: boolean;
	readonly text: string;
}

const isDone = (state: InstanceState): boolean => state === 'ready' || state === 'completed';

const explain = ({state, waitingFor, note, forMs}: InstanceEvent): string => {
	const seconds = Math.round(forMs / 1000);
	const waiting = waitingFor === undefined ? '' : `waiting ${seconds > 0 ? `${seconds} s ` : ''}for ${waitingFor}`;
	if (state === 'waiting') {
		return waiting || 'waiting';
	}

	return [state, note, waiting].filter(Boolean).join(', ');
};

const marks: Readonly<Record<InstanceState, string>> = {
	waiting: '·',
	starting: '◌',
	ready: '●',
	paused: '‖',
	restarting: '↻',
	completed: '✓',
	failed: '✗',
	stopping: '◌',
	stopped: '·',
};
