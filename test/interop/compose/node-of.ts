// A node of a compose file, and what its readers complain about.
import {createNode, type ReadNode} from '../../../src/interop/compose/read-node.ts';

export interface TestNode {
	readonly node: ReadNode;
	/** The codes of all complaints so far. */
	readonly codes: () => readonly string[];
}

export const nodeOf = (value: unknown): TestNode => {
	const found: string[] = [];
	const node = createNode(value, {
		folder: '/project',
		home: '/home/me',
		report: ({code}) => found.push(code),
		placed: () => ({place: {file: 'compose.yaml', line: 1, column: 1}, length: 1}),
	});
	return {node, codes: () => found};
};
