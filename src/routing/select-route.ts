// Chooses the route for a request. Pure: same request and same routes, same answer.
import {hostFit, hostOf} from './host-match.ts';
import {nearestRoutes} from './nearest-routes.ts';
import {compileRequestChecks, type RequestCheck, type RoutedRequest} from './request-checks.ts';
import type {Route} from './route.ts';

/** Routes that are ready to be asked, made by `compileRoutes`. */
export interface CompiledRoutes<R extends Route> {
	readonly entries: readonly CompiledRoute<R>[];
	/** True when at least one route names a host. */
	readonly hasHosts: boolean;
}

export interface CompiledRoute<R extends Route> {
	readonly route: R;
	readonly index: number;
	/** Of each match. */
	readonly matches: readonly (readonly RequestCheck[])[];
}

export type Selection<R extends Route> =
	| {readonly kind: 'route'; readonly route: R; readonly index: number}
	/** The nearest are up to three routes and at what each failed, in words. */
	| {readonly kind: 'none'; readonly nearest: readonly string[]};

/** Compiles routes once for many requests. Throws re2js's syntax error on a regular expression that is none. */
export const compileRoutes = <R extends Route>(routes: readonly R[]): CompiledRoutes<R> => ({
	entries: routes.map((route, index) => ({route, index, matches: route.matches.map(compileRequestChecks)})),
	hasHosts: routes.some(({hosts}) => hosts !== undefined),
});

/** Gives the first route that matches; among routes with hosts, those of the best fitting host alone are tried. */
export const selectRoute = <R extends Route>(compiled: CompiledRoutes<R>, request: RoutedRequest): Selection<R> => {
	const tried = compiled.hasHosts ? ofHost(compiled.entries, hostOf(request.head.authority)) : compiled.entries;
	const found = tried.find(
		({matches}) => matches.length === 0 || matches.some(checks => checks.every(({holds}) => holds(request))),
	);
	if (found) {
		return {kind: 'route', route: found.route, index: found.index};
	}

	return {kind: 'none', nearest: tried.length === 0 ? someHosts(compiled.entries) : nearestRoutes(tried, request)};
};

const ofHost = <R extends Route>(entries: readonly CompiledRoute<R>[], host: string): readonly CompiledRoute<R>[] => {
	const best = Math.max(...entries.map(({route}) => fitOf(route, host)));
	return best > 0 ? entries.filter(({route}) => fitOf(route, host) === best) : [];
};

// A route that names no host takes every one, as `*` does.
const fitOf = ({hosts = ['*']}: Route, host: string): number =>
	Math.max(0, ...hosts.map(pattern => hostFit(pattern, host)));

const someHosts = (entries: readonly CompiledRoute<Route>[]): readonly string[] =>
	[...new Set(entries.flatMap(({route}) => route.hosts ?? []))].slice(0, 3).map(name => `the host ${name}`);
