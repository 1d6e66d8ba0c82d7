// Gives every name a small number of its own and remembers it, so that addresses within the containers stay from one start to the next.

export interface NumberBook {
	/** The number of a name, from 0, counted apart for each group. The smallest that is free when it is new. */
	readonly numberOf: (group: string, name: string) => number;
	/** Frees the numbers of all names of a group but these. */
	readonly keepOnly: (group: string, names: ReadonlySet<string>) => void;
	readonly save: () => SavedNumbers;
}

/** Numbers by name, by group. */
export type SavedNumbers = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Creates a book from what was saved. */
export const createNumberBook = (saved: SavedNumbers = {}): NumberBook => {
	const groups = new Map(Object.entries(saved).map(([group, numbers]) => [group, new Map(Object.entries(numbers))]));
	const groupOf = (name: string): Map<string, number> => {
		const known = groups.get(name) ?? new Map<string, number>();
		groups.set(name, known);
		return known;
	};

	return {
		numberOf: (group, name) => {
			const numbers = groupOf(group);
			const known = numbers.get(name);
			if (known !== undefined) {
				return known;
			}

			const taken = new Set(numbers.values());
			let number = 0;
			while (taken.has(number)) {
				number++;
			}

			numbers.set(name, number);
			return number;
		},
		keepOnly: (group, names) => {
			const numbers = groupOf(group);
			for (const name of [...numbers.keys()]) {
				if (!names.has(name)) {
					numbers.delete(name);
				}
			}
		},
		save: () => Object.fromEntries([...groups].map(([group, numbers]) => [group, Object.fromEntries(numbers)])),
	};
};
