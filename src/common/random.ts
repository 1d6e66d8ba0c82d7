// Chance that can be played again: seeded generators and draws by hash.

/** Gives a number from 0 up to, not including, 1. */
export type Random = () => number;

/** Creates a generator (mulberry32): the same seed gives the same numbers. Not for secrets. */
export const createRandom = (seed: number): Random => {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
};

/** Draws a number from 0 up to, not including, 1 that depends on the seed and the key alone. */
export const drawByHash = (seed: number, key: string): number => {
	// FNV-1a over the key, then murmur3's finaliser: FNV alone leaves the high bits of short keys alike.
	let hash = 0x811c9dc5 ^ seed;
	for (let index = 0; index < key.length; index++) {
		hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
	}

	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};
