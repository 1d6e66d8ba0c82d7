// Finds what each alias of a YAML document stands for, and how large the document is once they are written out.
import {type Alias, type Document, isAlias, isCollection, isPair, type Node} from 'yaml';

export interface ResolvedAliases {
	/** How many values the document has with every alias written out; infinite when one holds itself. */
	readonly size: number;
	/** How deep its values are nested. */
	readonly depth: number;
	readonly targetOf: (alias: Alias) => Node | undefined;
	/** Aliases of anchors that were not set before. */
	readonly unknown: readonly Alias[];
}

/** Walks once over the document. Throws `RangeError` when it is nested deeper than the stack. */
export const resolveAliases = (document: Document): ResolvedAliases => {
	const anchors = new Map<string, Node>();
	const targets = new Map<Alias, Node>();
	const measures = new Map<Node, Measure>();
	const unknown: Alias[] = [];

	const measureAlias = (alias: Alias): Measure => {
		const target = anchors.get(alias.source);
		if (!target) {
			unknown.push(alias);
			return single;
		}

		targets.set(alias, target);
		// Its own measure is not known yet while one is within it.
		return measures.get(target) ?? endless;
	};

	const measure = (node: unknown): Measure => {
		if (isAlias(node)) {
			return measureAlias(node);
		}

		if (isPair(node)) {
			return together([measure(node.key), measure(node.value)]);
		}

		const anchor = (node as {readonly anchor?: string} | null)?.anchor;
		if (anchor !== undefined) {
			anchors.set(anchor, node as Node);
			measures.delete(node as Node);
		}

		const inner = isCollection(node) ? together(node.items.map(measure)) : {size: 0, depth: 0};
		const own = {size: inner.size + 1, depth: inner.depth + 1};
		if (anchor !== undefined) {
			measures.set(node as Node, own);
		}

		return own;
	};

	const {size, depth} = measure(document.contents);
	return {size, depth, unknown, targetOf: alias => targets.get(alias)};
};

interface Measure {
	readonly size: number;
	readonly depth: number;
}

const single: Measure = {size: 1, depth: 1};
const endless: Measure = {size: Number.POSITIVE_INFINITY, depth: Number.POSITIVE_INFINITY};

const together = (parts: readonly Measure[]): Measure => ({
	size: parts.reduce((sum, {size}) => sum + size, 0),
	depth: parts.reduce((most, {depth}) => Math.max(most, depth), 0),
});
