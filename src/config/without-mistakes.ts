// Takes the mistaken parts out of a file, so that the rest can be checked all the same: people see all mistakes at once.
import type {z} from 'zod';
import type {ConfigPath} from './finding.ts';

export interface Remainder<Output> {
	/** What is left, checked; undefined when nothing sound can be made of it. */
	readonly input: Output | undefined;
	readonly removed: readonly ConfigPath[];
}

// Taking one part out may bring up another mistake.
const rounds = 5;

/** Removes what the schema objects to, and checks again. */
export const withoutMistakes = <Schema extends z.ZodType>(
	value: unknown,
	schema: Schema,
): Remainder<z.output<Schema>> => {
	const copy: unknown = structuredClone(value);
	const removed: ConfigPath[] = [];
	for (let round = 0; round < rounds; round++) {
		const result = schema.safeParse(copy, {reportInput: true});
		if (result.success) {
			return {input: result.data, removed};
		}

		const paths = result.error.issues.flatMap(pathsOf);
		// From the end of each list, so that the places of the others stay.
		for (const path of paths.toSorted((one, two) => comparePaths(two, one))) {
			remove(copy, path);
			// In a list the others have moved up: where they stand is not known any more.
			removed.push(typeof path.at(-1) === 'number' ? path.slice(0, -1) : path);
		}
	}

	return {input: undefined, removed};
};

/** Tells whether a finding may be a mere consequence of what was taken out. */
export const isConsequence = (path: ConfigPath, removed: readonly ConfigPath[]): boolean =>
	removed.some(gone => gone.every((key, index) => index >= path.length || path[index] === key));

const pathsOf = (issue: z.core.$ZodIssue): readonly ConfigPath[] => {
	const path = issue.path as ConfigPath;
	if (issue.code === 'unrecognized_keys') {
		return issue.keys.map(key => [...path, key]);
	}

	// What lacks a key cannot be used at all.
	return [issue.code === 'invalid_type' && issue.input === undefined ? path.slice(0, -1) : path];
};

const comparePaths = (one: ConfigPath, two: ConfigPath): number => {
	for (const [index, key] of one.entries()) {
		const other = two[index];
		if (other === undefined) {
			return 1;
		}

		if (key !== other) {
			return typeof key === 'number' && typeof other === 'number'
				? key - other
				: String(key).localeCompare(String(other));
		}
	}

	return one.length - two.length;
};

const remove = (value: unknown, path: ConfigPath): void => {
	const parent = path
		.slice(0, -1)
		.reduce<unknown>((current, key) => (current as Record<string, unknown> | undefined)?.[key], value);
	const last = path.at(-1);
	if (typeof parent !== 'object' || parent === null || last === undefined) {
		return;
	}

	if (Array.isArray(parent)) {
		parent.splice(Number(last), 1);
	} else {
		delete (parent as Record<string, unknown>)[last];
	}
};
