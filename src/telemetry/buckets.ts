// The bounds of every histogram, and how values are sorted into them.

/** Upper bounds, for milliseconds and bytes alike. Source: Envoy's default buckets, which Istio's standard metrics have. */
export const bucketBounds: readonly number[] = [
	0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
	3_600_000,
];

export interface Distribution {
	readonly sum: number;
	/** How many values were up to `bucketBounds[i]`, not cumulative; one more at the end for the rest. */
	readonly buckets: readonly number[];
}

export interface OpenDistribution {
	sum: number;
	readonly buckets: number[];
}

/** Creates a distribution without values. */
export const emptyDistribution = (): OpenDistribution => ({
	sum: 0,
	buckets: Array.from({length: bucketBounds.length + 1}, () => 0),
});

/** Adds a value. */
export const addValue = (distribution: OpenDistribution, value: number): void => {
	let index = 0;
	while (index < bucketBounds.length && value > (bucketBounds[index] as number)) {
		index++;
	}

	distribution.sum += value;
	distribution.buckets[index] = (distribution.buckets[index] as number) + 1;
};

/** Gives what came after an earlier reading of the same distribution. */
export const growthSince = (now: Distribution, before: Distribution | undefined): Distribution =>
	before
		? {
				sum: now.sum - before.sum,
				buckets: now.buckets.map((value, index) => value - (before.buckets[index] as number)),
			}
		: now;

/** Adds all values of another distribution. */
export const addDistribution = (total: OpenDistribution, {sum, buckets}: Distribution): void => {
	total.sum += sum;
	for (const [index, value] of buckets.entries()) {
		total.buckets[index] = (total.buckets[index] as number) + value;
	}
};
