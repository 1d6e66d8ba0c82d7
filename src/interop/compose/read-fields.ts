// Reads a group of keys by a table, and merges two readings of it by the same table.
import {suggestName} from '../../config/nearest-name.ts';
import {isGroup, type Reader, type ReadNode} from './read-node.ts';
import {wrongValue} from './readers.ts';

/** How a key is read, and what a later file makes of an earlier one's value. */
export interface Field<Value> {
	readonly read: Reader<Value>;
	readonly merge: (earlier: Value, later: Value) => Value;
}

// The table gives the types; within it, a field of any type will do.
// biome-ignore lint/suspicious/noExplicitAny: the value's type is each field's own.
export type Fields = Readonly<Record<string, Field<any>>>;

export type ValuesOf<Table extends Fields> = {
	readonly [Key in keyof Table]?: Table[Key] extends Field<infer Value> ? Value : never;
};

/** Keys that a mesh does not carry, with the reason and what to do instead. */
export type Uncarried = Readonly<Record<string, string>>;

/** Creates the reader of a group. `x-` keys are the user's own; unknown ones are errors, uncarried ones warnings. */
export const fieldsOf =
	<Table extends Fields>(table: Table, uncarried: Uncarried = {}): Reader<ValuesOf<Table>> =>
	node => {
		if (node.value === undefined || node.value === null) {
			return undefined;
		}

		if (!isGroup(node.value)) {
			return wrongValue(node, 'a group of keys with their values');
		}

		const entries = Object.keys(node.value).flatMap(key => {
			const field = Object.hasOwn(table, key) ? table[key] : undefined;
			if (!field) {
				explainKey(node.at(key), key, uncarried, Object.keys(table));
				return [];
			}

			const value: unknown = field.read(node.at(key));
			return value === undefined ? [] : [[key, value] as const];
		});
		return Object.fromEntries(entries) as ValuesOf<Table>;
	};

const explainKey = (node: ReadNode, key: string, uncarried: Uncarried, known: readonly string[]): void => {
	if (key.startsWith('x-')) {
		return;
	}

	if (Object.hasOwn(uncarried, key)) {
		node.complain({
			code: 'DM4003',
			severity: 'warning',
			at: 'key',
			finding: `${key} is not carried into the mesh`,
			remedy: uncarried[key] ?? '',
		});
		return;
	}

	node.complain({
		code: 'DM4002',
		at: 'key',
		finding: `compose files know no key ${key} here`,
		remedy: suggestName(key, [...known, ...Object.keys(uncarried)], 'keys'),
	});
};

/** Merges what two files say of one group, key by key. Source: compose specification, "Merge Compose files". */
export const mergeFields =
	<Table extends Fields>(table: Table) =>
	(earlier: ValuesOf<Table>, later: ValuesOf<Table>): ValuesOf<Table> =>
		Object.fromEntries(
			[...new Set([...Object.keys(earlier), ...Object.keys(later)])].map(key => {
				const [one, other] = [earlier[key], later[key]];
				return [key, one === undefined || other === undefined ? (other ?? one) : table[key]?.merge(one, other)];
			}),
		) as ValuesOf<Table>;

/** The later value stands. */
export const replaced = <Value>(read: Reader<Value>): Field<Value> => ({read, merge: (_earlier, later) => later});

/** Both groups, the later one's entries first. */
export const byName = <Value extends object>(read: Reader<Value>): Field<Value> => ({
	read,
	merge: (earlier, later) => ({...earlier, ...later}),
});

/** Both lists; of entries that are about the same thing, the later one. */
export const appended = <Entry>(
	read: Reader<readonly Entry[]>,
	identity: (entry: Entry) => string = entry => JSON.stringify(entry),
): Field<readonly Entry[]> => ({
	read,
	merge: (earlier, later) => [
		...new Map([...earlier, ...later].map(entry => [identity(entry), entry] as const)).values(),
	],
});

/** A group within a group. */
export const nested = <Table extends Fields>(
	table: Table,
	{uncarried = {}, short}: {readonly uncarried?: Uncarried; readonly short?: Reader<ValuesOf<Table>>} = {},
): Field<ValuesOf<Table>> => {
	const long = fieldsOf(table, uncarried);
	return {
		read: node => (short && node.value !== null && !isGroup(node.value) ? short(node) : long(node)),
		merge: mergeFields(table),
	};
};
