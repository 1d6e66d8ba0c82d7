// Says which routes a request came near to, and what it lacks for each.
import {explainMatch} from './explain-route.ts';
import type {RequestCheck, RoutedRequest} from './request-checks.ts';
import type {Route} from './route.ts';
import type {CompiledRoute} from './select-route.ts';

/** Explains up to three routes of which none matches: those that fail at the fewest checks first, among equals in their own order. */
export const nearestRoutes = (routes: readonly CompiledRoute<Route>[], request: RoutedRequest): readonly string[] =>
	routes
		.map(({route, matches}) => ({route, lacks: leastLacking(matches, request)}))
		.sort((one, two) => one.lacks.length - two.lacks.length)
		.slice(0, 3)
		.map(({route, lacks}) => `${route.name} (${route.matches.map(explainMatch).join(' or ')}): ${lacks.join(', ')}`);

const leastLacking = (matches: CompiledRoute<Route>['matches'], request: RoutedRequest): readonly string[] => {
	const [least = []] = matches.map(checks => lacking(checks, request)).sort((one, two) => one.length - two.length);
	return least;
};

const lacking = (checks: readonly RequestCheck[], request: RoutedRequest): readonly string[] =>
	checks.filter(({holds}) => !holds(request)).map(({reason}) => reason);
