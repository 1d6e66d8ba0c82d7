// Finds where a path of the file stands in its text.
import {isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap} from 'yaml';
import type {ConfigPath} from './finding.ts';
import type {ResolvedAliases} from './resolve-aliases.ts';

export interface TextRange {
	/** In characters from 0. */
	readonly start: number;
	readonly end: number;
}

/** Gives the place of a key or of its value; of a path that does not exist, that of its nearest ancestor. */
export type RangeOfPath = (path: ConfigPath, at: 'key' | 'value') => TextRange;

/** Creates the finder for a document. */
export const createRangeOfPath = (contents: unknown, targetOf: ResolvedAliases['targetOf']): RangeOfPath => {
	const pairOf = createPairOf();
	return (path, at) => {
		let node: unknown = contents;
		let range = rangeOfNode(node);
		for (const [index, key] of path.entries()) {
			const container = isAlias(node) ? targetOf(node) : node;
			if (isMap(container)) {
				const pair = pairOf(container, String(key));
				if (!pair) {
					break;
				}

				node = pair.value;
				range = rangeOfPair(pair, index === path.length - 1 ? at : 'key');
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
};

/** Gives the part of a range that a text takes up; the whole range when the text is written in another way there. */
export const partOfRange = (text: string, {start, end}: TextRange, part: string): TextRange => {
	const found = text.slice(start, end).indexOf(part);
	return found === -1 ? {start, end} : {start: start + found, end: start + found + part.length};
};

/** Looks a key up in an index that each map gets when it is first asked. */
const createPairOf = (): ((map: YAMLMap, key: string) => Pair | undefined) => {
	const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
	return (map, key) => {
		const known = indexes.get(map);
		const index =
			known ??
			new Map(map.items.flatMap(pair => (isScalar(pair.key) ? [[String(pair.key.value), pair] as const] : [])));
		if (!known) {
			indexes.set(map, index);
		}

		return index.get(key);
	};
};

// Of a long block, its key says where it begins.
const rangeOfPair = ({key, value}: Pair, at: 'key' | 'value'): TextRange =>
	at === 'key' || value === null || isMap(value) || isSeq(value) ? rangeOfNode(key) : rangeOfNode(value);

const rangeOfNode = (node: unknown): TextRange => {
	const [start, end] = (node as Node | null)?.range ?? [0, 0];
	return {start, end};
};
