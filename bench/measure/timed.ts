// How long something takes.

/** Gives milliseconds. */
export const timed = async (work: () => Promise<unknown>): Promise<number> => {
	const begin = performance.now();
	await work();
	return performance.now() - begin;
};
