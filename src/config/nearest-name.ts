// Guesses what was meant by a misspelt name.

/** Gives the candidate that takes the fewest changes of letters, if few enough: at most a third of its length, and at least two allowed. */
export const nearestName = (name: string, candidates: readonly string[]): string | undefined => {
	const ranked = candidates
		.filter(candidate => Math.abs(candidate.length - name.length) <= Math.max(2, candidate.length / 3))
		.map(candidate => ({candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase())}))
		.sort((one, two) => one.distance - two.distance);
	const [best] = ranked;
	return best && best.distance <= Math.max(2, best.candidate.length / 3) && best.distance < best.candidate.length
		? best.candidate
		: undefined;
};

/** Says what to write instead: the nearest name, or all there are. */
export const suggestName = (name: string, candidates: readonly string[], kind: string): string => {
	const nearest = nearestName(name, candidates);
	if (nearest !== undefined) {
		return `Did you mean ${nearest}?`;
	}

	if (candidates.length === 0) {
		return `There are no ${kind}.`;
	}

	const shown = candidates.slice(0, mostShown);
	return `Write one of: ${shown.join(', ')}${candidates.length > mostShown ? ', …' : ''}.`;
};

// More than that is no help.
const mostShown = 20;

// Levenshtein, two rows.
const editDistance = (one: string, two: string): number => {
	let above = Array.from({length: two.length + 1}, (_, index) => index);
	for (const [row, letter] of [...one].entries()) {
		const current = [row + 1];
		for (const [column, other] of [...two].entries()) {
			current.push(
				Math.min(
					(above[column + 1] ?? 0) + 1,
					(current[column] ?? 0) + 1,
					(above[column] ?? 0) + (letter === other ? 0 : 1),
				),
			);
		}

		above = current;
	}

	return above[two.length] ?? 0;
};
