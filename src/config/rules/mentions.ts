// Lists every place of the file that names a service.
import type {ConfigPath} from '../finding.ts';
import type {RequestMatchInput} from '../schema/match.ts';
import type {MeshInput} from '../schema/mesh.ts';

export interface Mention {
	readonly path: ConfigPath;
	readonly name: string;
	/** What it is named as: one that is called, one that calls, or one that is waited for. */
	readonly role: 'called' | 'caller' | 'awaited';
}

export const mentions = ({
	services,
	routes = [],
	faults = [],
	policies,
	ingress = [],
}: MeshInput): readonly Mention[] => [
	...Object.entries(services).flatMap(([name, {dependsOn}]) =>
		Array.isArray(dependsOn)
			? dependsOn.map((service, index) => awaited(['services', name, 'dependsOn', index], service))
			: Object.keys(dependsOn ?? {}).map(service => awaited(['services', name, 'dependsOn', service], service)),
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

const awaited = (path: ConfigPath, name: string): Mention => ({path, name, role: 'awaited'});
const called = (path: ConfigPath, name: string): Mention => ({path, name, role: 'called'});

const callers = (path: ConfigPath, names: readonly string[] | undefined): readonly Mention[] =>
	(names ?? []).map((name, index) => ({path: [...path, index], name, role: 'caller'}));

const callersOf = (path: ConfigPath, matches: readonly RequestMatchInput[] | undefined): readonly Mention[] =>
	(matches ?? []).flatMap(({from}, index) => callers([...path, index, 'from'], from));

const backendsOf = (
	path: ConfigPath,
	backends: readonly {readonly to?: string | undefined}[] | undefined,
): readonly Mention[] =>
	(backends ?? []).flatMap(({to}, index) => (to === undefined ? [] : [called([...path, index, 'to'], to)]));
