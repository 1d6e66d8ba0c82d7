// Names of the mesh, of services and of versions, which become parts of addresses, files and certificates.
import type {Finding} from '../finding.ts';
import type {Rule} from './rule.ts';

const reserved: ReadonlySet<string> = new Set(['gateway', 'host', 'unknown']);
// RFC 1123, 2.1: what may stand between two dots of a host name.
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export const serviceNames: Rule = ({name, services}) => [
	...(name === undefined || label.test(name) ? [] : [badName(['name'], 'value', 'the name of the mesh', name)]),
	...Object.entries(services).flatMap(([service, {versions = {}}]): readonly Finding[] => [
		...(label.test(service) ? [] : [badName(['services', service], 'key', 'the service', service)]),
		...(reserved.has(service) ? [reservedName(service)] : []),
		...Object.keys(versions)
			.filter(version => !label.test(version))
			.map(version => badName(['services', service, 'versions', version], 'key', 'the version', version)),
	]),
];

const badName = (path: readonly string[], at: 'key' | 'value', what: string, name: string): Finding => ({
	code: 'DM2010',
	path,
	at,
	finding: `${what} "${name}" has a name that no address can hold`,
	remedy: 'Use lower-case letters, digits and dashes, at most 63, beginning and ending with a letter or digit.',
});

const reservedName = (service: string): Finding => ({
	code: 'DM2011',
	path: ['services', service],
	at: 'key',
	finding: `the name "${service}" belongs to devmesh itself`,
	remedy: 'Give the service another name; gateway, host and unknown stand for callers that are no services.',
});
