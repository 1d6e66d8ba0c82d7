// Counts how often each kind of thing came, for draws that can be played again.

// Kinds beyond this share a count: paths with ids in them must not fill the memory.
const longest = 10_000;

/** Creates a counter: each call gives how many of the kind came before. */
export const createCounts = (): ((kind: string) => number) => {
	const counts = new Map<string, number>();
	return kind => {
		const key = counts.has(kind) || counts.size < longest ? kind : 'any other';
		const count = counts.get(key) ?? 0;
		counts.set(key, count + 1);
		return count;
	};
};
