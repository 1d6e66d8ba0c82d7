// Services that are named somewhere must exist.
import type {Finding} from '../finding.ts';
import {suggestName} from '../nearest-name.ts';
import type {MeshInput} from '../schema/mesh.ts';
import {mentions} from './mentions.ts';
import type {Rule} from './rule.ts';

/** Callers that are no services: the gateway, people on this machine, and whoever shows no certificate. */
export const callersBesides: ReadonlySet<string> = new Set(['gateway', 'host', 'unknown']);

export const knownServices: Rule = input => findUnknownServices(input, Object.keys(input.services));

/** Finds the names in a part of a config that are none of these services. */
export const findUnknownServices = (input: MeshInput, services: readonly string[]): readonly Finding[] => {
	const known = new Set(services);
	return mentions(input)
		.filter(({name, role}) => !known.has(name) && !(role === 'caller' && callersBesides.has(name)))
		.map(({path, name}) => ({
			code: 'DM2001',
			path,
			finding: `there is no service "${name}"`,
			remedy: suggestName(name, services, 'services'),
		}));
};
