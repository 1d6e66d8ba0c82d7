// Takes the mistaken parts out of a file, so that the rest can be checked all the same: people see all mistakes at once.
import type {z} from 'zod';
import type {ConfigPath} from './finding.ts';

export interface Remainder<Output> {
	/** What is left, checked; undefined when nothing sound can be made of it. */
	readonly input: Output | undefined;
	/** Where the parts stood that were taken out. */
	readonly removed: readonly ConfigPath[];
	/** Where a part of what is left stood in the whole. */
	readonly pathInWhole: (path: ConfigPath) => ConfigPath;
}

// Taking one part out may bring up another mistake.
const rounds = 5;

/** Removes what the schema objects to, and checks again. */
export const withoutMistakes = <Schema extends z.ZodType>(
	value: unknown,
	schema: Schema,
): Remainder<z.output<Schema>> => {
	const copy: unknown = structuredClone(value);
	const positions = createPositions(copy);
	const removed: ConfigPath[] = [];
	const {pathInWhole} = positions;
	for (let round = 0; round < rounds; round++) {
		const result = schema.safeParse(copy, {reportInput: true});
		if (result.success) {
			return {input: result.data, removed, pathInWhole};
		}

		const paths = result.error.issues.flatMap(pathsOf);
		removed.push(...paths.map(pathInWhole));
		// From the end of each list, so that the places of the others stay.
		for (const path of paths.toSorted((one, two) => comparePaths(two, one))) {
			positions.remove(path);
		}
	}

	return {input: undefined, removed, pathInWhole};
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

interface Positions {
	readonly remove: (path: ConfigPath) => void;
	readonly pathInWhole: (path: ConfigPath) => ConfigPath;
}

/** Removes parts of a value, and remembers where in its lists the others stood. */
const createPositions = (root: unknown): Positions => {
	const indexes = new Map<readonly unknown[], number[]>();
	const indexesOf = (list: readonly unknown[]): number[] => {
		const known = indexes.get(list) ?? [...list.keys()];
		indexes.set(list, known);
		return known;
	};

	return {
		remove: path => {
			const parent = path.slice(0, -1).reduce<unknown>(childOf, root);
			const last = path.at(-1);
			if (Array.isArray(parent)) {
				indexesOf(parent).splice(Number(last), 1);
				parent.splice(Number(last), 1);
			} else if (typeof parent === 'object' && parent !== null && last !== undefined) {
				delete (parent as Record<string, unknown>)[last];
			}
		},
		pathInWhole: path => {
			let current: unknown = root;
			return path.map(key => {
				const original = Array.isArray(current) ? (indexes.get(current)?.[Number(key)] ?? key) : key;
				current = childOf(current, key);
				return original;
			});
		},
	};
};

const childOf = (value: unknown, key: string | number): unknown =>
	typeof value === 'object' && value !== null && Object.hasOwn(value, key)
		? (value as Record<string, unknown>)[key]
		: undefined;

const comparePaths = (one: ConfigPath, two: ConfigPath): number => {
	for (const [index, key] of one.entries()) {
		const other = two[index];
		if (other === undefined) {
			return 1;
		}

		if (key !== other) {
			return typeof key === 'number' && typeof other === 'number' ? key - other : String(key) < String(other) ? -1 : 1;
		}
	}

	return one.length - two.length;
};
