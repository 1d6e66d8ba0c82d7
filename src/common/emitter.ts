// A typed list of listeners; whoever adds one holds what removes it.

export interface Emitter<Event> {
	readonly emit: (event: Event) => void;
	/** Adds a listener. Returns what removes it. */
	readonly on: (listener: (event: Event) => void) => () => void;
}

/** Creates an emitter without listeners. */
export const createEmitter = <Event>(): Emitter<Event> => {
	const listeners = new Set<(event: Event) => void>();
	return {
		emit: event => {
			for (const listener of [...listeners]) {
				listener(event);
			}
		},
		on: listener => {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
	};
};
