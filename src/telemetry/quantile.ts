// Estimates a quantile from a histogram.
import {bucketBounds} from './buckets.ts';

/**
 * Gives the value below which a share of the requests lies, from 0 to 1, by linear interpolation within its bucket, as Prometheus' `histogram_quantile`.
 * The rest beyond the last bound counts as that bound; undefined without requests.
 */
export const quantile = (buckets: readonly number[], share: number): number | undefined => {
	const count = buckets.reduce((sum, value) => sum + value, 0);
	if (count === 0) {
		return undefined;
	}

	let left = share * count;
	for (const [index, value] of buckets.entries()) {
		const bound = bucketBounds[index];
		if (bound === undefined) {
			break;
		}

		if (value > 0 && left <= value) {
			const lower = bucketBounds[index - 1] ?? 0;
			return lower + (bound - lower) * (left / value);
		}

		left -= value;
	}

	return bucketBounds.at(-1);
};
