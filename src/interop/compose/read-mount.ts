// Reads an entry of `volumes:` of a service. Source: compose specification, "volumes".
import path from 'node:path';
import {fieldsOf, nested, replaced} from './read-fields.ts';
import {isGroup, type Reader, type ReadNode} from './read-node.ts';
import {count, flag, listOf, oneOf, size, text, wrongValue} from './readers.ts';

export interface ComposeMount {
	readonly kind: 'bind' | 'volume' | 'tmpfs';
	/** Of a bind: an absolute path. Of a volume: its name in the file; absent for an anonymous one. */
	readonly source?: string;
	/** In the container, absolute. */
	readonly target: string;
	readonly readOnly: boolean;
	/** Whether a missing folder of a bind is made. Default: true in the short form, false in the long one. */
	readonly createHostPath: boolean;
	/** Of a tmpfs, in bytes. */
	readonly size?: number;
}

const long = fieldsOf(
	{
		type: replaced(oneOf('bind', 'volume', 'tmpfs')),
		source: replaced(text),
		target: replaced(text),
		read_only: replaced(flag),
		bind: nested({create_host_path: replaced(flag), propagation: replaced(text), selinux: replaced(text)}),
		volume: nested({nocopy: replaced(flag), subpath: replaced(text)}),
		tmpfs: nested({size: replaced(size), mode: replaced(count)}),
	},
	{consistency: 'It has had no effect since Docker Desktop 2.'},
);

/** Reads `data:/var/lib/data`, `./conf:/etc/conf:ro`, `/cache`, or the same as a group. */
export const readMounts: Reader<readonly ComposeMount[]> = listOf(node =>
	isGroup(node.value) ? readLong(node) : readShort(node),
);

const readLong: Reader<ComposeMount> = node => {
	const {type = 'volume', source, target, read_only: readOnly = false, bind, tmpfs} = long(node) ?? {};
	if (target === undefined) {
		return wrongValue(node, 'a mount with its target');
	}

	return {
		kind: type,
		...(source !== undefined && {source: type === 'bind' ? hostPath(node, source) : source}),
		target,
		readOnly,
		createHostPath: bind?.create_host_path ?? false,
		...(tmpfs?.size !== undefined && {size: tmpfs.size}),
	};
};

const readShort: Reader<ComposeMount> = node => {
	const parts = text(node)?.split(':') ?? [];
	const [first = '', target = first, mode] = parts;
	if (!target.startsWith('/') || parts.length > 3) {
		return wrongValue(node, 'a mount such as data:/var/lib/data or ./conf:/etc/conf:ro');
	}

	const isBind = parts.length > 1 && /^[./~]/.test(first);
	return {
		kind: isBind ? 'bind' : 'volume',
		...(parts.length > 1 && {source: isBind ? hostPath(node, first) : first}),
		target,
		readOnly: mode?.split(',').includes('ro') ?? false,
		createHostPath: true,
	};
};

const hostPath = ({folder, home}: ReadNode, written: string): string =>
	path.resolve(
		folder,
		written.replace(/^~(?=\/|$)/, () => home),
	);
