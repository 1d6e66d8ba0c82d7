// Chooses the route for a request. Pure: same request and same routes, same answer.
import {explainMatch} from './explain-route.ts';
import {hostFit, hostOf} from './host-match.ts';
import {compileRequestMatch, type MatchResult, type RoutedRequest} from './request-match.ts';
import type {Route} from './route.ts';

/** Routes that are ready to be asked, made by `compileRoutes`. */
export interface CompiledRoutes<R extends Route> {
	readonly entries: readonly CompiledRoute<R>[];
	/** True when at least one route names a host. */
	readonly hasHosts: boolean;
}

interface CompiledRoute<R extends Route> {
	readonly route: R;
	readonly matches: readonly ((request: RoutedRequest) => MatchResult)[];
}

export type Selection<R extends Route> =
	| {readonly kind: 'route'; readonly route: R; readonly index: number}
	/** The nearest are up to three routes and at what each failed, in words. */
	| {readonly kind: 'none'; readonly nearest: readonly string[]};

/** Compiles routes once for many requests. Throws re2js's syntax error on a regular expression that is none. */
export const compileRoutes = <R extends Route>(routes: readonly R[]): CompiledRoutes<R> => ({
	entries: routes.map(route => ({route, matches: route.matches.map(compileRequestMatch)})),
	hasHosts: routes.some(({hosts}) => hosts !== undefined),
});

/** Gives the first route that matches; among routes with hosts, those of the best fitting host alone are tried. */
export const selectRoute = <R extends Route>(compiled: CompiledRoutes<R>, request: RoutedRequest): Selection<R> => {
	const host = compiled.hasHosts ? hostOf(request.head.authority) : '';
	const fit = compiled.hasHosts ? Math.max(0, ...compiled.entries.map(({route}) => fitOf(route, host))) : 0;
	for (const [index, {route, matches}] of compiled.entries.entries()) {
		if (compiled.hasHosts && (fit === 0 || fitOf(route, host) !== fit)) {
			continue;
		}

		if (matches.length === 0 || matches.some(match => match(request).matches)) {
			return {kind: 'route', route, index};
		}
	}

	return {kind: 'none', nearest: nearest(compiled, request, host)};
};

const fitOf = (route: Route, host: string): number =>
	route.hosts === undefined ? 1 : Math.max(0, ...route.hosts.map(pattern => hostFit(pattern, host)));

const nearest = <R extends Route>(
	{entries, hasHosts}: CompiledRoutes<R>,
	request: RoutedRequest,
	host: string,
): readonly string[] => {
	const ofHost = entries.filter(({route}) => !hasHosts || fitOf(route, host) > 0);
	if (ofHost.length === 0) {
		return [...new Set(entries.flatMap(({route}) => route.hosts ?? []))].slice(0, 3).map(name => `the host ${name}`);
	}

	return ofHost.slice(0, 3).map(({route, matches}) => {
		const [reason] = matches.map(match => match(request)).flatMap(result => (result.matches ? [] : [result.reason]));
		return `${route.name} (${route.matches.map(explainMatch).join(' or ')}): ${reason ?? ''}`;
	});
};
