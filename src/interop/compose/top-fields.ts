// What stands beside the services of a compose file: volumes, networks, secrets and configs.
// Source: compose specification, the pages of these four.
import path from 'node:path';
import {
	byName,
	type Field,
	type Fields,
	fieldsOf,
	mergeFields,
	replaced,
	type Uncarried,
	type ValuesOf,
} from './read-fields.ts';
import {isGroup, type Reader} from './read-node.ts';
import {flag, keyValues, namedGroups, text} from './readers.ts';

/** True, or in old files the name that the engine has for it. */
const external: Reader<boolean | string> = node => {
	if (isGroup(node.value)) {
		return text(node.at('name')) ?? true;
	}

	return flag(node);
};

const filePath: Reader<string> = node => {
	const written = text(node);
	return written === undefined
		? undefined
		: path.resolve(
				node.folder,
				written.replace(/^~(?=\/|$)/, () => node.home),
			);
};

const volumeFields = {
	name: replaced(text),
	external: replaced(external),
	driver: replaced(text),
	driver_opts: byName(keyValues),
	labels: byName(keyValues),
};

const ownNetwork = 'The network of the mesh is its own.';

const networkFields = {
	name: replaced(text),
	// Compose's default, too.
	driver: replaced(text),
	external: replaced(external),
	labels: byName(keyValues),
	attachable: replaced(flag),
};

const fileFields = {
	file: replaced(filePath),
	environment: replaced(text),
	content: replaced(text),
	external: replaced(external),
	name: replaced(text),
	labels: byName(keyValues),
};

const ofSwarms = {
	driver: 'Secrets and configs come from files, variables and texts.',
	driver_opts: 'Secrets and configs come from files, variables and texts.',
	template_driver: 'Secrets and configs come from files, variables and texts.',
};

export type ComposeVolume = ValuesOf<typeof volumeFields>;
export type ComposeNetwork = ValuesOf<typeof networkFields>;
/** A secret or a config. */
export type ComposeFileSource = ValuesOf<typeof fileFields>;

/** Groups by name; those of one name are merged key by key. */
const namedFields = <Table extends Fields>(
	table: Table,
	uncarried: Uncarried = {},
): Field<Readonly<Record<string, ValuesOf<Table>>>> => {
	const merge = mergeFields(table);
	return {
		read: namedGroups(fieldsOf(table, uncarried)),
		merge: (earlier, later) => ({
			...earlier,
			...Object.fromEntries(
				Object.entries(later).map(([name, entry]) => [name, earlier[name] ? merge(earlier[name], entry) : entry]),
			),
		}),
	};
};

const files = namedFields(fileFields, ofSwarms);

export const resourceFields = {
	volumes: namedFields(volumeFields),
	networks: namedFields(networkFields, {
		ipam: 'Services find each other by name.',
		internal: 'Limit who may call out by the network of the machine.',
		driver_opts: ownNetwork,
		enable_ipv4: ownNetwork,
		enable_ipv6: ownNetwork,
	}),
	secrets: files,
	configs: files,
};

export interface ComposeResources {
	readonly volumes: Readonly<Record<string, ComposeVolume>>;
	readonly networks: Readonly<Record<string, ComposeNetwork>>;
	readonly secrets: Readonly<Record<string, ComposeFileSource>>;
	readonly configs: Readonly<Record<string, ComposeFileSource>>;
}

/** Gives all four, empty where a file says nothing. */
export const readResources = ({
	volumes = {},
	networks = {},
	secrets = {},
	configs = {},
}: Partial<ComposeResources>): ComposeResources => ({volumes, networks, secrets, configs});
