// Chooses a backend by weight.
import type {WeightedBackend} from './route.ts';

/** Gives the backend at which a draw, from 0 up to, not including, 1, falls; one with the weight 0 never. Throws `RangeError` when all weights are 0. */
export const pickBackend = <Backend extends Pick<WeightedBackend, 'weight'>>(
	backends: readonly Backend[],
	draw: number,
): Backend => {
	const sum = backends.reduce((total, {weight}) => total + weight, 0);
	let rest = draw * sum;
	for (const backend of backends) {
		if (rest < backend.weight) {
			return backend;
		}

		rest -= backend.weight;
	}

	// Rounding may leave a draw just below 1 behind the last share.
	const last = backends.findLast(({weight}) => weight > 0);
	if (!last) {
		throw new RangeError('no backend has a weight above 0');
	}

	return last;
};
