// Reads YAML, fills in its variables, and remembers where everything stands.
import {type Document, isMap, isScalar, parseDocument, visit, type YAMLError} from 'yaml';
import {explainYamlErrors, tooDeep, topOfFile, type YamlProblem} from './explain-yaml-errors.ts';
import {findRepeatedKeys} from './find-repeated-keys.ts';
import {findTaggedValues, type TaggedValue} from './find-tagged-values.ts';
import {interpolate, type Variables} from './interpolate.ts';
import {createRangeOfPath, partOfRange, type RangeOfPath, type TextRange} from './range-of-path.ts';
import {type ResolvedAliases, resolveAliases} from './resolve-aliases.ts';

export interface ParsedYaml {
	/** The file's content as plain values; undefined when it could not be read. */
	readonly value: unknown;
	readonly problems: readonly YamlProblem[];
	readonly rangeOf: RangeOfPath;
	/** Where the values start that had variables, which are all texts so far. */
	readonly filledValues: ReadonlySet<number>;
	/** Those of them that are not known, for a variable of theirs is not. */
	readonly unknownValues: ReadonlySet<number>;
	/** The values that have one of the tags that were allowed. */
	readonly taggedValues: readonly TaggedValue[];
}

/** Parses text and fills in its variables. Never throws. Of tags, such as `!reset`, only the allowed ones pass; they change no value. */
export const parseYaml = (text: string, variables: Variables, allowedTags: readonly string[] = []): ParsedYaml => {
	try {
		return parseText(text, variables, allowedTags);
	} catch {
		// The library recurses, and so do we.
		return nothing([{...tooDeep, range: topOfFile}]);
	}
};

const parseText = (text: string, variables: Variables, allowedTags: readonly string[]): ParsedYaml => {
	const document = parseDocument(text, {merge: true, prettyErrors: false, uniqueKeys: false, stringKeys: true});
	const problems = explainYamlErrors(
		[...document.errors, ...document.warnings.filter(warning => !isAllowed(warning, text, allowedTags))].sort(
			(one, two) => one.pos[0] - two.pos[0],
		),
		text,
	);
	if (problems.length > 0) {
		return nothing(problems);
	}

	const aliases = resolveAliases(document);
	const rangeOf = createRangeOfPath(document.contents, aliases.targetOf);
	const excesses = explainAliases(aliases, rangeOf([], 'value'));
	if (excesses.length > 0) {
		return nothing(excesses);
	}

	keepTexts(document);
	const filled = fillVariables(document, variables, text);
	return {
		...filled,
		value: document.toJS({maxAliasCount: -1}),
		problems: [...findRepeatedKeys(document), ...filled.problems],
		rangeOf,
		taggedValues: findTaggedValues(document, allowedTags),
	};
};

/** To the library, an unknown tag is a warning. */
const isAllowed = ({code, pos}: YAMLError, text: string, allowedTags: readonly string[]): boolean =>
	code === 'TAG_RESOLVE_FAILED' && allowedTags.includes(/^\S+/.exec(text.slice(pos[0], pos[0] + 100))?.[0] ?? '');

const nothing = (problems: readonly YamlProblem[]): ParsedYaml => ({
	value: undefined,
	problems,
	rangeOf: () => ({start: 0, end: 0}),
	filledValues: new Set(),
	unknownValues: new Set(),
	taggedValues: [],
});

// Far above any real config: five hundred services with a hundred settings each. A file that needs more is built to burst.
const mostValues = 50_000;
const deepest = 100;

const explainAliases = ({size, depth, unknown}: ResolvedAliases, whole: TextRange): readonly YamlProblem[] => {
	if (unknown.length > 0) {
		return unknown.map(({source, range}) => ({
			code: 'DM1005',
			finding: `there is no anchor &${source} above this alias`,
			remedy: 'Set the anchor first, or write the value out.',
			range: {start: range?.[0] ?? 0, end: range?.[1] ?? 0},
		}));
	}

	if (size > mostValues) {
		return [
			{
				code: 'DM1007',
				finding:
					size === Number.POSITIVE_INFINITY
						? 'an alias of this file stands within its own anchor, so it has no end'
						: `this file has more than ${mostValues} values once its aliases are written out`,
				remedy: 'Is this the right file? Remove aliases that multiply one another.',
				range: whole,
			},
		];
	}

	return depth > deepest ? [{...tooDeep, range: topOfFile}] : [];
};

/** Keeps what an app or a build is to see as it is written: 1.10, not 1.1. */
const keepTexts = (document: Document): void => {
	visit(document, {
		Pair: (_key, {key, value}) => {
			if (isScalar(key) && textGroups.has(String(key.value)) && isMap(value)) {
				for (const {value: entry} of value.items) {
					keepText(entry);
				}
			} else if (isScalar(key) && textKeys.has(String(key.value))) {
				keepText(value);
			}
		},
	});
};

const keepText = (node: unknown): void => {
	if (isScalar(node) && typeof node.value === 'number') {
		node.value = node.source ?? node.value;
	}
};

// Of the mesh's own file and of compose files.
const textGroups: ReadonlySet<string> = new Set(['env', 'environment', 'args', 'labels']);
// File modes, of which 0440 is octal.
const textKeys: ReadonlySet<string> = new Set(['mode']);

interface FilledVariables {
	readonly problems: readonly YamlProblem[];
	/** Where the values start that had variables. */
	readonly filledValues: ReadonlySet<number>;
	readonly unknownValues: ReadonlySet<number>;
}

const fillVariables = (document: Document, variables: Variables, text: string): FilledVariables => {
	const problems: YamlProblem[] = [];
	const filledValues = new Set<number>();
	const unknownValues = new Set<number>();
	visit(document, {
		Scalar: (key, node) => {
			if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('$')) {
				return;
			}

			const filled = interpolate(node.value, variables);
			const [start = 0, end = 0] = node.range ?? [];
			node.value = filled.text;
			filledValues.add(start);
			for (const {within, ...problem} of filled.problems) {
				unknownValues.add(start);
				problems.push({...problem, range: partOfRange(text, {start, end}, within)});
			}
		},
	});
	return {problems, filledValues, unknownValues};
};
