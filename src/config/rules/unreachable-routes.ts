// A route behind one that takes all of its requests is never reached.
import {buildMatch} from '../build-traffic.ts';
import {coversMatches} from '../covers-match.ts';
import type {ConfigPath, Finding} from '../finding.ts';
import type {RequestMatchInput} from '../schema/match.ts';
import type {Rule} from './rule.ts';

interface Tried {
	readonly path: ConfigPath;
	readonly match: readonly RequestMatchInput[] | undefined;
}

export const unreachableRoutes: Rule = ({routes = [], ingress = []}) => {
	const byService = Map.groupBy(
		routes.map(({to, match}, index) => ({to, path: ['routes', index], match})),
		({to}) => to,
	);
	return [
		...[...byService].flatMap(([name, tried]) => findUnreachable(tried, `to ${name}`)),
		...ingress.flatMap(({host, routes: edge = []}, position) =>
			findUnreachable(
				edge.map(({match}, index) => ({path: ['ingress', position, 'routes', index], match})),
				`of ${host}`,
			),
		),
	];
};

const findUnreachable = (tried: readonly Tried[], what: string): readonly Finding[] => {
	const built = tried.map(({path, match = []}) => ({path, matches: match.map(buildMatch)}));
	return built.flatMap(({path, matches}, index): readonly Finding[] => {
		const taker = built.slice(0, index).find(above => coversMatches(above.matches, matches));
		return taker
			? [
					{
						code: 'DM2006',
						severity: 'warning',
						path,
						finding: `this route ${what} is never reached: ${taker.matches.length === 0 ? 'one above it takes every request' : 'one above it takes all of its requests'}`,
						remedy: 'Move it up, or give the one above a narrower match.',
					},
				]
			: [];
	});
};
