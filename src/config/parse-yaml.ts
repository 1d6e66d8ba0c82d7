// Reads YAML and remembers where everything stands. The only file that knows the yaml library's parser.
import {
	isAlias,
	isMap,
	isPair,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	parse,
	parseDocument,
	Scalar,
	visit,
} from 'yaml';
import type {ConfigPath, Finding} from './finding.ts';
import {interpolate} from './interpolate.ts';

export interface TextRange {
	/** In characters from 0. */
	readonly start: number;
	readonly end: number;
}

export interface ParsedYaml {
	/** The file's content as plain values; undefined when it could not be read. */
	readonly value: unknown;
	readonly problems: readonly YamlProblem[];
	/** Where a path stands; of one that does not exist, where its nearest ancestor stands. */
	readonly rangeOf: (path: ConfigPath, at: 'key' | 'value') => TextRange;
}

export type YamlProblem = Pick<Finding, 'code' | 'finding' | 'remedy'> & {readonly range: TextRange};

// A file that needs more is built to burst.
const longestAliases = 50;

/** Parses text and fills in its variables. Never throws. */
export const parseYaml = (text: string, environment: Readonly<Record<string, string | undefined>>): ParsedYaml => {
	const document = parseDocument(text, {lineCounter: new LineCounter(), merge: true, prettyErrors: false});
	const problems: YamlProblem[] = document.errors.map(({code, message, pos}) => ({
		...(code === 'DUPLICATE_KEY' ? duplicateKey : {...syntaxError, finding: syntaxFinding(message)}),
		range: {start: pos[0], end: pos[1]},
	}));
	const rangeOf = createRangeOf(document.contents, document);
	if (document.errors.some(({code}) => code !== 'DUPLICATE_KEY')) {
		return {value: undefined, problems, rangeOf};
	}

	visit(document, {
		Scalar: (key, node) => {
			if (key !== 'key' && typeof node.value === 'string') {
				problems.push(...fillScalar(node, environment));
			}
		},
	});
	try {
		return {value: document.toJS({maxAliasCount: longestAliases}), problems, rangeOf};
	} catch {
		return {value: undefined, problems: [...problems, {...aliasBomb, range: rangeOf([], 'value')}], rangeOf};
	}
};

const syntaxError = {code: 'DM1005', remedy: 'Correct the YAML here: indentation, colons, quotes and brackets.'};
const duplicateKey = {
	code: 'DM1006',
	finding: 'this key stands here twice',
	remedy: 'Remove one of them, or give it another name.',
};
const aliasBomb = {
	code: 'DM1007',
	finding: 'the aliases of this file refer to something that they may not, or grow beyond all measure',
	remedy: `Use each anchor only after it was set, and aliases no more than ${longestAliases} times in all.`,
};

const syntaxFinding = (message: string): string => {
	const [line = ''] = message.split('\n');
	return `YAML: ${line.charAt(0).toLowerCase()}${line.slice(1)}`.replace(/\.$/, '');
};

const fillScalar = (
	node: Scalar,
	environment: Readonly<Record<string, string | undefined>>,
): readonly YamlProblem[] => {
	const before = node.value as string;
	const {text, problems} = interpolate(before, environment);
	if (text !== before) {
		// What stood without quotes may have become a number.
		node.value = node.type === Scalar.PLAIN ? plainValue(text) : text;
	}

	const [start, end] = node.range ?? [0, 0];
	return problems.map(problem => ({...problem, range: {start, end}}));
};

const plainValue = (text: string): unknown => {
	const value: unknown = /^[-+.\w]+$/.test(text) ? parse(text) : text;
	return typeof value === 'object' ? text : value;
};

const createRangeOf =
	(contents: unknown, document: ReturnType<typeof parseDocument>): ParsedYaml['rangeOf'] =>
	(path, at) => {
		let node: unknown = contents;
		let range = rangeOfNode(node);
		for (const [index, key] of path.entries()) {
			const container = isAlias(node) ? node.resolve(document) : node;
			const isLast = index === path.length - 1;
			if (isMap(container)) {
				const pair = container.items.find(
					item => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
				);
				if (!pair) {
					break;
				}

				node = pair.value;
				range = isLast && at === 'key' ? rangeOfNode(pair.key) : rangeOfNode(pair.value ?? pair.key);
				// Of a long block, its key says where it begins.
				if (!isLast || isMap(pair.value) || isSeq(pair.value)) {
					range = rangeOfNode(pair.key);
				}
			} else if (isSeq(container)) {
				const item: unknown = container.items[Number(key)];
				if (item === undefined) {
					break;
				}

				node = item;
				range = rangeOfNode(item);
			} else {
				break;
			}
		}

		return range;
	};

const rangeOfNode = (node: unknown): TextRange => {
	const [start, end] = (node as Node | null)?.range ?? [0, 0];
	return {start, end};
};
