// Reads what variables gave as a number, true or false, wherever the file wants no text: as compose does.
import type {z} from 'zod';
import type {ConfigPath} from './finding.ts';

/** Changes the value in place. Only what variables gave is touched, and only where a text is refused: a version 1.10 stays. */
export const castVariables = (value: unknown, schema: z.ZodType, isFilled: (path: ConfigPath) => boolean): void => {
	const {error} = schema.safeParse(value);
	for (const path of (error?.issues ?? []).flatMap(issue => refusedPaths(issue, []))) {
		if (isFilled(path)) {
			castAt(value, path);
		}
	}
};

/** Lists where a value of another type was wanted; of several shapes, where any of them wanted one. */
const refusedPaths = (issue: z.core.$ZodIssue, above: ConfigPath): readonly ConfigPath[] => {
	const path = [...above, ...(issue.path as ConfigPath)];
	switch (issue.code) {
		case 'invalid_type':
		case 'invalid_value':
			return [path];
		case 'invalid_union':
			return issue.errors.flat().flatMap(inner => refusedPaths(inner, path));
		default:
			return [];
	}
};

const castAt = (value: unknown, path: ConfigPath): void => {
	const parent = path.slice(0, -1).reduce<unknown>((current, key) => (current as Record<string, unknown>)[key], value);
	const last = path.at(-1);
	if (typeof parent === 'object' && parent !== null && last !== undefined) {
		const entries = parent as Record<string | number, unknown>;
		entries[last] = cast(entries[last]);
	}
};

const cast = (value: unknown): unknown => {
	if (value === 'true' || value === 'false') {
		return value === 'true';
	}

	return typeof value === 'string' && /^[-+]?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
};
