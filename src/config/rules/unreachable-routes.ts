// A route behind one that takes everything is never reached.
import type {ConfigPath, Finding} from '../finding.ts';
import type {RequestMatchInput} from '../schema/match.ts';
import type {Rule} from './rule.ts';

interface Tried {
	readonly path: ConfigPath;
	readonly match: readonly RequestMatchInput[] | undefined;
}

export const unreachableRoutes: Rule = ({services, routes = [], ingress = []}) => [
	...Object.keys(services).flatMap(name =>
		findUnreachable(
			routes.flatMap(({to, match}, index): readonly Tried[] => (to === name ? [{path: ['routes', index], match}] : [])),
			`to ${name}`,
		),
	),
	...ingress.flatMap(({host, routes: edge = []}, position) =>
		findUnreachable(
			edge.map(({match}, index) => ({path: ['ingress', position, 'routes', index], match})),
			`of ${host}`,
		),
	),
];

const findUnreachable = (tried: readonly Tried[], what: string): readonly Finding[] => {
	const first = tried.findIndex(({match}) => match === undefined || match.some(takesEverything));
	return first === -1
		? []
		: tried.slice(first + 1).map(({path}) => ({
				code: 'DM2006',
				severity: 'warning' as const,
				path,
				finding: `this route ${what} is never reached: one above it takes every request`,
				remedy: 'Move it up, or give the one above a match.',
			}));
};

const takesEverything = ({path, method, headers, query, from}: RequestMatchInput): boolean =>
	!method && !headers && !query && !from && (path === undefined || (typeof path === 'object' && path.prefix === '/'));
