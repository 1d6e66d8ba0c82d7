// Says what zod found in words, with a remedy.
import {z} from 'zod';
import type {ConfigPath, Finding} from './finding.ts';
import {nearestName} from './nearest-name.ts';

type Issue = z.core.$ZodIssue;

/** Says what is expected where a schema does not say it itself. */
export const explainDefault: z.core.$ZodErrorMap = issue => {
	switch (issue.code) {
		case 'invalid_type':
			return expectations[issue.expected] ?? `a ${issue.expected}`;
		case 'too_small':
			return Number(issue.minimum) === 1 && issue.origin === 'array'
				? 'at least one of them'
				: `at least ${issue.minimum}`;
		case 'too_big':
			return `at most ${issue.maximum}`;
		default:
			return undefined;
	}
};

const expectations: Readonly<Record<string, string>> = {
	array: 'a list',
	boolean: 'true or false',
	int: 'a whole number',
	object: 'keys with their values',
	record: 'keys with their values',
	string: 'a text',
};

export interface Subject {
	/** Tells which keys there are. */
	readonly schema: z.ZodType;
	/** What people call the whole of it, such as `the file`. */
	readonly name: string;
}

/** Gives the findings of a failed check. */
export const explainIssues = (issues: readonly Issue[], subject: Subject, above: ConfigPath = []): readonly Finding[] =>
	issues.flatMap(issue => explainIssue(issue, subject, above));

const explainIssue = (issue: Issue, subject: Subject, above: ConfigPath): readonly Finding[] => {
	const path = [...above, ...(issue.path as ConfigPath)];
	switch (issue.code) {
		case 'unrecognized_keys':
			return issue.keys.map(key => unknownKey(key, path, subject));
		case 'invalid_union': {
			const branch = nearestBranch(issue.errors);
			return branch ? explainIssues(branch, subject, path) : [wrongValue(issue, path, subject)];
		}

		case 'invalid_key':
		case 'invalid_element':
			return explainIssues(issue.issues, subject, path);
		default:
			return [wrongValue(issue, path, subject)];
	}
};

/** Of several shapes, the one that was meant: whose mistakes lie deeper than its own kind. */
const nearestBranch = (branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined =>
	branches.find(issues => issues.every(({code, path}) => path.length > 0 || !kindMistakes.has(code)));

const kindMistakes: ReadonlySet<string> = new Set<Issue['code']>(['invalid_type', 'invalid_value', 'invalid_union']);

const unknownKey = (key: string, path: ConfigPath, {schema, name}: Subject): Finding => {
	const known = keysAt(schema, path);
	const nearest = nearestName(key, known);
	return {
		code: 'DM1101',
		path: [...path, key],
		at: 'key',
		finding: `there is no key "${key}" ${path.length === 0 ? `at the top of ${name}` : `in ${explainPath(path, name)}`}`,
		remedy: nearest === undefined ? `Possible here: ${known.join(', ')}.` : `Did you mean ${nearest}?`,
	};
};

const wrongValue = (issue: Issue, path: ConfigPath, {name}: Subject): Finding => {
	const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
	return isMissing
		? {
				code: 'DM1104',
				path,
				finding: `${explainPath(path.slice(0, -1), name)} lacks "${String(path.at(-1))}"`,
				remedy: `Add ${String(path.at(-1))}: ${issue.message}.`,
			}
		: {
				code: issue.code === 'invalid_type' ? 'DM1102' : 'DM1103',
				path,
				finding: `${explainPath(path, name)} is ${explainValue(issue.input)}`,
				remedy: needsQuotes(issue) ? `Write ${issue.message}, in quotes.` : `Write ${issue.message}.`,
			};
};

/** YAML reads 1, 1.10 and true as no text. */
const needsQuotes = (issue: Issue): boolean =>
	/^a (text|name|service|version)/.test(issue.message) && ['number', 'boolean'].includes(typeof issue.input);

const explainValue = (value: unknown): string => {
	if (value === null) {
		return 'empty';
	}

	if (Array.isArray(value)) {
		return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
	}

	return typeof value === 'object'
		? `a group of keys, ${Object.keys(value).length} in all`
		: shorten(JSON.stringify(value));
};

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 50)} …` : text);

/** `routes[0].backends`. */
const explainPath = (path: ConfigPath, whole: string): string =>
	path.length === 0
		? whole
		: path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');

/** Lists the keys that the schema has at a path; none when there is no group of keys. */
export const keysAt = (schema: z.ZodType, path: ConfigPath): readonly string[] => {
	const shapes = path.reduce<readonly z.ZodType[]>(
		(current, key) => current.flatMap(item => step(item, key)),
		open(schema),
	);
	return [...new Set(shapes.flatMap(shape => (shape instanceof z.ZodObject ? Object.keys(shape.shape) : [])))];
};

const step = (schema: z.ZodType, key: string | number): readonly z.ZodType[] => {
	if (schema instanceof z.ZodObject) {
		const next: unknown = schema.shape[String(key)];
		return next instanceof z.ZodType ? open(next) : [];
	}

	if (schema instanceof z.ZodArray) {
		return typeof key === 'number' ? open(schema.element as z.ZodType) : [];
	}

	return schema instanceof z.ZodRecord ? open(schema.valueType as z.ZodType) : [];
};

/** Looks through what only wraps another schema. */
const open = (schema: z.ZodType): readonly z.ZodType[] => {
	if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
		return open(schema.unwrap() as z.ZodType);
	}

	if (schema instanceof z.ZodPipe) {
		return open(schema.in as z.ZodType);
	}

	return schema instanceof z.ZodUnion ? (schema.options as z.ZodType[]).flatMap(open) : [schema];
};
