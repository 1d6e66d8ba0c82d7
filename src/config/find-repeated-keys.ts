// Finds keys that stand twice in one map. The library's own search takes a minute for a file of 1 MiB.
import {type Document, isScalar, type Pair, visit} from 'yaml';
import type {YamlProblem} from './explain-yaml-errors.ts';

export const findRepeatedKeys = (document: Document): readonly YamlProblem[] => {
	const problems: YamlProblem[] = [];
	visit(document, {
		Map: (_key, {items}) => {
			problems.push(...repeatedIn(items));
		},
	});
	return problems;
};

const repeatedIn = (items: readonly Pair[]): readonly YamlProblem[] => {
	const seen = new Set<string>();
	return items.flatMap(({key}): readonly YamlProblem[] => {
		// Several merges are one after another.
		if (!isScalar(key) || key.value === '<<') {
			return [];
		}

		const name = String(key.value);
		const isRepeated = seen.has(name);
		seen.add(name);
		const [start = 0, end = 0] = key.range ?? [];
		return isRepeated
			? [
					{
						code: 'DM1006',
						finding: `the key "${name}" stands here twice`,
						remedy: 'Remove one of them, or give it another name.',
						range: {start, end},
					},
				]
			: [];
	});
};
