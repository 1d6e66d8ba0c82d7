// Finds the values of a YAML document that have one of some tags, such as `!reset`.
import {type Document, isPair, isScalar, isSeq, type Node, visit} from 'yaml';
import type {ConfigPath} from './finding.ts';

export interface TaggedValue {
	readonly tag: string;
	readonly path: ConfigPath;
}

export const findTaggedValues = (document: Document, tags: readonly string[]): readonly TaggedValue[] => {
	const found: TaggedValue[] = [];
	if (tags.length > 0) {
		visit(document, {
			Node: (key, node, ancestors) => {
				const {tag} = node as Node & {readonly tag?: string};
				if (key !== 'key' && tag !== undefined && tags.includes(tag)) {
					found.push({tag, path: pathOf([...ancestors, node])});
				}
			},
		});
	}

	return found;
};

/** The keys and indexes on the way from the top to a node. */
const pathOf = (way: readonly unknown[]): ConfigPath =>
	way.flatMap((step, index): ConfigPath => {
		if (isPair(step)) {
			return isScalar(step.key) ? [String(step.key.value)] : [];
		}

		return isSeq(step) && index < way.length - 1 ? [step.items.indexOf(way[index + 1])] : [];
	});
