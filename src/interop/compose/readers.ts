// Readers of the plain kinds of values in a compose file. Source: compose specification, "Services top-level elements".
import {type Bytes, bytes, type Milliseconds, ms} from '../../common/units.ts';
import {isGroup, type Reader, type ReadNode} from './read-node.ts';
import {splitWords} from './split-words.ts';

/** Says what should stand there. */
export const wrongValue = (node: ReadNode, wanted: string): undefined =>
	node.complain({code: 'DM4001', finding: `this is not ${wanted}`, remedy: `Write ${wanted}.`});

export const text: Reader<string> = node => {
	switch (typeof node.value) {
		case 'undefined':
			return undefined;
		case 'string':
		case 'number':
		case 'boolean':
			return String(node.value);
		default:
			return node.value === null ? undefined : wrongValue(node, 'a text');
	}
};

export const flag: Reader<boolean> = node => {
	const written = text(node)?.toLowerCase();
	if (written === undefined) {
		return undefined;
	}

	return written === 'true' || written === 'false' ? written === 'true' : wrongValue(node, 'true or false');
};

/** A whole number from 0. */
export const count: Reader<number> = node => {
	const written = text(node);
	if (written === undefined) {
		return undefined;
	}

	return /^\d{1,15}$/.test(written) ? Number(written) : wrongValue(node, 'a whole number');
};

/** A whole number from 0; -1 stands for no limit. */
export const limit: Reader<number> = node => (String(node.value) === '-1' ? undefined : count(node));

/** A number of CPUs, such as 0.5. */
export const cpus: Reader<number> = node => {
	const written = text(node);
	if (written === undefined) {
		return undefined;
	}

	return /^\d+(\.\d+)?$/.test(written) ? Number(written) : wrongValue(node, 'a number of CPUs, such as 0.5');
};

const milliseconds: Readonly<Record<string, number>> = {us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000};

/** `1m30s`, `500us`: units us, ms, s, m and h. */
export const duration: Reader<Milliseconds> = node => {
	const written = text(node);
	if (written === undefined) {
		return undefined;
	}

	if (!/^(\d+(\.\d+)?(us|ms|s|m|h))+$|^0$/.test(written)) {
		return wrongValue(node, 'a duration, such as 1m30s');
	}

	const parts = [...written.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)];
	return ms(parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (milliseconds[unit] ?? 0), 0));
};

const powers = ['b', 'k', 'm', 'g', 't'];

/** `64m`, `1.5gb`: units b, k, m, g and t, of 1024 each, with or without a b behind. A number alone: bytes. */
export const size: Reader<Bytes> = node => {
	const written = text(node);
	if (written === undefined) {
		return undefined;
	}

	const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/i.exec(written) ?? [];
	return amount === undefined
		? wrongValue(node, 'a size, such as 64m')
		: bytes(Math.round(Number(amount) * 1024 ** Math.max(0, powers.indexOf(unit.toLowerCase()))));
};

/** One of some words. */
export const oneOf =
	<Word extends string>(...words: readonly Word[]): Reader<Word> =>
	node => {
		const written = text(node);
		return written === undefined || words.includes(written as Word)
			? (written as Word | undefined)
			: wrongValue(node, `one of ${words.join(', ')}`);
	};

/** A list of anything; one value alone is read as a list of it. Wrong entries are left out. */
export const listOf =
	<Entry>(entry: Reader<Entry>): Reader<readonly Entry[]> =>
	node => {
		if (node.value === undefined || node.value === null) {
			return undefined;
		}

		return Array.isArray(node.value)
			? node.value.flatMap((_value, index) => {
					const read = entry(node.at(index));
					return read === undefined ? [] : [read];
				})
			: [entry(node)].filter(read => read !== undefined);
	};

export const texts = listOf(text);

/** A command: a list as it is, a text split into words as a shell does. Empty: none, and not the image's either. */
export const words: Reader<readonly string[]> = node => {
	if (typeof node.value !== 'string') {
		return texts(node);
	}

	return splitWords(node.value) ?? wrongValue(node, 'a command whose quotes are closed');
};

/** Names with their values; null: the value that the name has in the environment. */
export type KeyValues = Readonly<Record<string, string | null>>;

/** `{NAME: value}` or `[NAME=value, NAME]`. */
export const keyValues: Reader<KeyValues> = node => {
	if (isGroup(node.value)) {
		return Object.fromEntries(Object.keys(node.value).map(name => [name, text(node.at(name)) ?? null]));
	}

	return pairsOf(texts(node));
};

const pairsOf = (entries: readonly string[] | undefined): KeyValues | undefined =>
	entries &&
	Object.fromEntries(
		entries.map(entry => {
			const equals = entry.indexOf('=');
			return equals === -1 ? [entry, null] : [entry.slice(0, equals), entry.slice(equals + 1)];
		}),
	);

/** A group of anything by name. An entry that is wrong is left out. */
export const groupOf =
	<Entry>(entry: Reader<Entry>): Reader<Readonly<Record<string, Entry>>> =>
	node => {
		if (node.value === undefined || node.value === null) {
			return undefined;
		}

		return isGroup(node.value)
			? Object.fromEntries(
					Object.keys(node.value).flatMap(name => {
						const read = entry(node.at(name));
						return read === undefined ? [] : [[name, read] as const];
					}),
				)
			: wrongValue(node, 'a group of keys with their values');
	};

/** A group of anything by name, whose entries may be empty. */
export const namedGroups = <Entry extends object>(entry: Reader<Entry>): Reader<Readonly<Record<string, Entry>>> =>
	groupOf(node => (node.value === null ? ({} as Entry) : entry(node)));
