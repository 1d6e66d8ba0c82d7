// Reads an entry of `volumes:` of a service. Source: compose specification, "volumes".
import path from 'node:path';
import type {Bytes} from '../../common/units.ts';
import {fieldsOf, nested, replaced} from './read-fields.ts';
import {isGroup, type Reader, type ReadNode} from './read-node.ts';
import {flag, listOf, oneOf, size, text, wrongValue} from './readers.ts';

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
	readonly size?: Bytes;
}

const propagation = 'Mounts within mounts are not passed on.';
const selinux = 'Label the folder by hand.';
const nocopy = 'A new volume gets what the image has at its place.';

const long = fieldsOf(
	{
		type: replaced(oneOf('bind', 'volume', 'tmpfs', 'npipe', 'cluster', 'image')),
		source: replaced(text),
		target: replaced(text),
		read_only: replaced(flag),
		bind: nested({create_host_path: replaced(flag)}, {uncarried: {propagation, recursive: propagation, selinux}}),
		volume: nested({}, {uncarried: {nocopy, subpath: 'Mount the whole volume.', labels: 'Set them at the volume.'}}),
		tmpfs: nested({size: replaced(size)}, {uncarried: {mode: 'Set it when the app starts.'}}),
		image: nested({subpath: replaced(text)}),
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

	if (type !== 'bind' && type !== 'volume' && type !== 'tmpfs') {
		return node.at('type').complain({
			code: 'DM4003',
			severity: 'warning',
			finding: `a mount of the type ${type} is not carried into the mesh`,
			remedy: 'Use a bind, a volume or a tmpfs.',
		});
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
	if (parts.length > 1 && first === '') {
		return node.complain({
			code: 'DM4001',
			severity: 'error',
			finding: `nothing stands before the colon of "${parts.join(':')}"`,
			remedy: 'Name a volume or a folder there; where a variable gives it, set it in the environment or in .env.',
		});
	}

	if (!target.startsWith('/') || first === '' || parts.length > 3) {
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

/** Reads `/run` and `/run:size=64m,mode=1777` of `tmpfs:`. */
export const readTmpfs: Reader<readonly ComposeMount[]> = listOf(node => {
	const [target = '', options = ''] = text(node)?.split(':') ?? [];
	const written = /(?:^|,)size=([^,]+)/.exec(options)?.[1];
	const bytes = written === undefined ? undefined : size({...node, value: written});
	return target.startsWith('/')
		? {kind: 'tmpfs', target, readOnly: false, createHostPath: false, ...(bytes !== undefined && {size: bytes})}
		: wrongValue(node, 'a path in the container, such as /run or /run:size=64m');
});
