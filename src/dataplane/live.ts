// A value that is replaced whole; whoever works with it takes it once.

export interface Live<Value> {
	readonly current: () => Value;
	readonly replace: (next: Value) => void;
}

/** Creates a live value. */
export const createLive = <Value>(first: Value): Live<Value> => {
	let current = first;
	return {
		current: () => current,
		replace: next => {
			current = next;
		},
	};
};
