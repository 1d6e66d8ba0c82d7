// One value of a compose file, which knows where it stands.
import type {ConfigPath, Finding} from '../../config/finding.ts';
import type {PlacedParts} from '../../config/place-finding.ts';

export interface ReadNode {
	readonly value: unknown;
	/** The folder that relative paths of its file start from, absolute. */
	readonly folder: string;
	/** What `~` stands for. */
	readonly home: string;
	/** Gives an entry of a group or of a list; its value is undefined when there is none. */
	readonly at: (key: string | number) => ReadNode;
	/** Where its key or its value stands; of one that is absent, its nearest ancestor. */
	readonly placed: (at?: 'key' | 'value') => PlacedParts;
	/** Reports something about this value; gives undefined, so that a reader can return it. */
	readonly complain: (complaint: Omit<Finding, 'path'>) => undefined;
}

/** Reads a value; undefined when it is absent or, after a complaint, wrong. */
export type Reader<Value> = (node: ReadNode) => Value | undefined;

export interface NodeContext {
	readonly folder: string;
	readonly home: string;
	readonly report: (finding: Finding) => void;
	readonly placed: (path: ConfigPath, at: 'key' | 'value') => PlacedParts;
}

/** Creates the node of a whole file. */
export const createNode = (value: unknown, context: NodeContext, path: ConfigPath = []): ReadNode => ({
	value,
	folder: context.folder,
	home: context.home,
	at: key => createNode(entryOf(value, key), context, [...path, key]),
	placed: (at = 'key') => context.placed(path, at),
	complain: complaint => {
		context.report({...complaint, path});
		return undefined;
	},
});

/** Tells a group of keys from everything else. */
export const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const entryOf = (value: unknown, key: string | number): unknown => {
	if (Array.isArray(value)) {
		return value[Number(key)];
	}

	return isGroup(value) && Object.hasOwn(value, key) ? value[key] : undefined;
};
