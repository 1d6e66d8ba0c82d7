// Services that are named somewhere must exist.
import type {ConfigPath, Finding} from '../finding.ts';
import {suggestName} from '../nearest-name.ts';
import type {RequestMatchInput} from '../schema/match.ts';
import type {MeshInput} from '../schema/mesh.ts';
import type {Rule} from './rule.ts';

interface Mention {
	readonly path: ConfigPath;
	readonly name: string;
	/** Callers may also be `gateway` and `host`. */
	readonly isCaller: boolean;
}

export const knownServices: Rule = input => {
	const names = Object.keys(input.services);
	return mentions(input)
		.filter(({name, isCaller}) => !names.includes(name) && !(isCaller && ['gateway', 'host', 'unknown'].includes(name)))
		.map(
			({path, name}): Finding => ({
				code: 'DM2001',
				path,
				finding: `there is no service "${name}"`,
				remedy: suggestName(name, names, 'services'),
			}),
		);
};

const mentions = ({services, routes = [], faults = [], policies, ingress = []}: MeshInput): readonly Mention[] => [
	...Object.entries(services).flatMap(([name, {dependsOn}]) =>
		Array.isArray(dependsOn)
			? dependsOn.map((service, index) => called(['services', name, 'dependsOn', index], service))
			: Object.keys(dependsOn ?? {}).map(service => called(['services', name, 'dependsOn', service], service)),
	),
	...routes.flatMap((route, index) => [
		called(['routes', index, 'to'], route.to),
		...callersOf(['routes', index, 'match'], route.match),
		...backendsOf(['routes', index, 'backends'], route.backends),
	]),
	...faults.flatMap((fault, index) => [
		called(['faults', index, 'to'], fault.to),
		...callers(['faults', index, 'from'], fault.from),
		...callersOf(['faults', index, 'match'], fault.match),
	]),
	...(policies?.authorization ?? []).flatMap(({to, allow}, index) => [
		called(['policies', 'authorization', index, 'to'], to),
		...allow.flatMap(({from}, rule) => callers(['policies', 'authorization', index, 'allow', rule, 'from'], from)),
	]),
	...ingress.flatMap(({to, routes: edge = []}, index) => [
		...(to === undefined ? [] : [called(['ingress', index, 'to'], to)]),
		...edge.flatMap((route, position) => [
			...callersOf(['ingress', index, 'routes', position, 'match'], route.match),
			...backendsOf(['ingress', index, 'routes', position, 'backends'], route.backends),
		]),
	]),
];

const called = (path: ConfigPath, name: string): Mention => ({path, name, isCaller: false});

const callers = (path: ConfigPath, names: readonly string[] | undefined): readonly Mention[] =>
	(names ?? []).map((name, index) => ({path: [...path, index], name, isCaller: true}));

const callersOf = (path: ConfigPath, matches: readonly RequestMatchInput[] | undefined): readonly Mention[] =>
	(matches ?? []).flatMap(({from}, index) => callers([...path, index, 'from'], from));

const backendsOf = (
	path: ConfigPath,
	backends: readonly {readonly to?: string | undefined}[] | undefined,
): readonly Mention[] =>
	(backends ?? []).flatMap(({to}, index) => (to === undefined ? [] : [called([...path, index, 'to'], to)]));
