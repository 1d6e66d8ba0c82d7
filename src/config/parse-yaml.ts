// Reads YAML, fills in its variables, and remembers where everything stands.
import {type Document, isMap, isScalar, parse, parseDocument, Scalar, visit} from 'yaml';
import {explainYamlErrors, tooDeep, topOfFile, type YamlProblem} from './explain-yaml-errors.ts';
import {findRepeatedKeys} from './find-repeated-keys.ts';
import {interpolate, type Variables} from './interpolate.ts';
import {createRangeOfPath, partOfRange, type RangeOfPath, type TextRange} from './range-of-path.ts';
import {type ResolvedAliases, resolveAliases} from './resolve-aliases.ts';

export interface ParsedYaml {
	/** The file's content as plain values; undefined when it could not be read. */
	readonly value: unknown;
	readonly problems: readonly YamlProblem[];
	readonly rangeOf: RangeOfPath;
	/** Where values stand that are not known, for a variable of theirs is not. */
	readonly unknownValues: ReadonlySet<number>;
}

/** Parses text and fills in its variables. Never throws. */
export const parseYaml = (text: string, variables: Variables): ParsedYaml => {
	try {
		return parseText(text, variables);
	} catch {
		// The library recurses, and so do we.
		return nothing([{...tooDeep, range: topOfFile}]);
	}
};

const parseText = (text: string, variables: Variables): ParsedYaml => {
	const document = parseDocument(text, {merge: true, prettyErrors: false, uniqueKeys: false, stringKeys: true});
	const problems = explainYamlErrors(
		[...document.errors, ...document.warnings].sort((one, two) => one.pos[0] - two.pos[0]),
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

	const variableProblems = fillVariables(document, variables, text);
	return {
		value: document.toJS({maxAliasCount: -1}),
		problems: [...findRepeatedKeys(document), ...variableProblems],
		rangeOf,
		unknownValues: new Set(variableProblems.map(({valueStart}) => valueStart)),
	};
};

const nothing = (problems: readonly YamlProblem[]): ParsedYaml => ({
	value: undefined,
	problems,
	rangeOf: () => ({start: 0, end: 0}),
	unknownValues: new Set(),
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

type VariableProblem = YamlProblem & {readonly valueStart: number};

const fillVariables = (document: Document, variables: Variables, text: string): readonly VariableProblem[] => {
	const problems: VariableProblem[] = [];
	const texts = keepTexts(document);
	visit(document, {
		Scalar: (key, node) => {
			if (key !== 'key' && typeof node.value === 'string' && node.value.includes('$')) {
				problems.push(...fillScalar(node as Scalar<string>, texts.has(node), variables, text));
			}
		},
	});
	return problems;
};

/** Keeps what stands under `env` as it is written: the app is to see 1.10, not 1.1. */
const keepTexts = (document: Document): ReadonlySet<Scalar> => {
	const texts = new Set<Scalar>();
	visit(document, {
		Pair: (_key, {key, value}) => {
			if (isScalar(key) && key.value === 'env' && isMap(value)) {
				for (const {value: entry} of value.items) {
					if (isScalar(entry)) {
						texts.add(entry);
						entry.value = typeof entry.value === 'number' ? (entry.source ?? entry.value) : entry.value;
					}
				}
			}
		},
	});
	return texts;
};

const fillScalar = (
	node: Scalar<string>,
	isText: boolean,
	variables: Variables,
	text: string,
): readonly VariableProblem[] => {
	const filled = interpolate(node.value, variables);
	// What stood without quotes may have become a number.
	const mayBeNumber = node.type === Scalar.PLAIN && !isText && filled.text !== node.value;
	(node as Scalar).value = mayBeNumber ? plainValue(filled.text) : filled.text;
	const [start = 0, end = 0] = node.range ?? [];
	return filled.problems.map(({within, ...problem}) => ({
		...problem,
		range: partOfRange(text, {start, end}, within),
		valueStart: start,
	}));
};

/** Reads what YAML would: a number, true or false. */
const plainValue = (text: string): unknown => {
	const value: unknown = /^[-+.\w]+$/.test(text) ? parse(text) : text;
	return typeof value === 'object' ? text : value;
};
