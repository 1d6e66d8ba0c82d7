// Weights of which none is above zero lead nowhere.
import type {ConfigPath, Finding} from '../finding.ts';
import type {BackendInput} from '../schema/traffic.ts';
import type {Rule} from './rule.ts';

export const weights: Rule = ({routes = [], ingress = []}) => [
	...routes.flatMap(({to, backends = []}, index) =>
		check(['routes', index, 'backends'], backends, `the route to ${to}`),
	),
	...ingress.flatMap(({host, routes: edge = []}, position) =>
		edge.flatMap(({backends}, index) =>
			check(['ingress', position, 'routes', index, 'backends'], backends, `the route of ${host}`),
		),
	),
];

const check = (path: ConfigPath, backends: readonly BackendInput[], what: string): readonly Finding[] =>
	backends.length > 0 && backends.every(({weight}) => weight === 0)
		? [
				{
					code: 'DM2003',
					path,
					at: 'key',
					finding: `all weights of ${what} are zero, so no request could go anywhere`,
					remedy: 'Give at least one backend a weight above 0.',
				},
			]
		: [];
