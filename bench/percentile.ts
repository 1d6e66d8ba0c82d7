// What many values have in common.

/** Gives the smallest value that is not below a share of all, from 0 to 1: nearest rank. NaN without values. */
export const percentile = (values: readonly number[], share: number): number => {
	const sorted = values.toSorted((one, other) => one - other);
	return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
};

/** Gives the middle one, or the mean of the two in the middle. NaN without values. */
export const median = (values: readonly number[]): number => {
	const sorted = values.toSorted((one, other) => one - other);
	const half = sorted.length >> 1;
	const upper = sorted[half] ?? Number.NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
};

/** Gives the median of each number of records that have the same keys. */
export const medians = <Key extends string>(
	records: readonly Readonly<Record<Key, number>>[],
	keys: readonly Key[],
): Readonly<Record<Key, number>> =>
	Object.fromEntries(keys.map(key => [key, median(records.map(record => record[key]))])) as Record<Key, number>;
