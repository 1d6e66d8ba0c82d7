// Builds routes, faults, policies and hosts of the config.
import {ratio} from '../common/units.ts';
import type {CallRule} from '../filters/authorize.ts';
import type {FilterSpec} from '../filters/filter-table.ts';
import {defaultRetry} from '../filters/retry.ts';
import type {RetryCondition} from '../filters/retry-conditions.ts';
import type {PathMatch} from '../http/path-match.ts';
import type {StringMatch} from '../http/string-match.ts';
import type {FaultConfig, GatewayHostConfig, RouteConfig} from '../model/mesh-config.ts';
import type {NamedMatch, RequestMatch, Route, WeightedBackend} from '../routing/route.ts';
import type {BuildContext} from './build-config.ts';
import type {PathMatchInput, RequestMatchInput, StringMatchInput} from './schema/match.ts';
import type {MeshInput} from './schema/mesh.ts';
import type {
	BackendInput,
	CallRuleInput,
	FaultInput,
	IngressHostInput,
	RetriesInput,
	RouteInput,
} from './schema/traffic.ts';

export const buildRoute = (
	route: RouteInput,
	index: number,
	{routes = []}: MeshInput,
	{placeOf}: BuildContext,
): RouteConfig => {
	const before = routes.slice(0, index).filter(({to}) => to === route.to).length;
	return {
		name: route.name ?? `${route.to}[${before}]`,
		to: route.to,
		matches: (route.match ?? []).map(buildMatch),
		backends: (route.backends ?? [{}]).map(backend => buildBackend(backend, route.to)),
		filters: [...timeoutOf(route), ...retriesOf(route.retries)],
		place: placeOf(['routes', index]),
	};
};

const timeoutOf = ({timeout}: RouteInput): readonly FilterSpec[] =>
	timeout === undefined ? [] : [{kind: 'timeout', durationMs: timeout}];

const retriesOf = (retries: RetriesInput | undefined): readonly FilterSpec[] => {
	if (!retries) {
		return [];
	}

	const conditions = retries.on?.filter((entry): entry is RetryCondition => typeof entry === 'string');
	const statuses = retries.on?.filter(entry => typeof entry === 'number');
	const base = retries.backoff?.base ?? defaultRetry.backoffBaseMs;
	return [
		{
			...defaultRetry,
			...(retries.attempts !== undefined && {attempts: retries.attempts}),
			...(retries.perTryTimeout !== undefined && {perTryTimeoutMs: retries.perTryTimeout}),
			...(retries.on && {on: conditions ?? [], statuses: statuses ?? []}),
			backoffBaseMs: base,
			// Envoy: ten times the base unless it is said.
			backoffMaxMs: retries.backoff?.max ?? ((base * 10) as typeof base),
		},
	];
};

const buildBackend = ({to, version, weight}: BackendInput, service: string): WeightedBackend => ({
	service: to ?? service,
	...(version !== undefined && {version}),
	weight: weight ?? 1,
});

/** Builds a fault; its callers hold for each of its matches. */
export const buildFault = ({to, from, match, delay, abort}: FaultInput, id: string): FaultConfig => {
	const matches = (match ?? []).map(buildMatch);
	return {
		id,
		to,
		matches: from ? (matches.length === 0 ? [{from}] : matches.map(entry => ({...entry, from}))) : matches,
		filters: [
			...(delay ? [{kind: 'delay', durationMs: delay.duration, share: delay.percent ?? ratio(1)} as const] : []),
			...(abort ? [{kind: 'abort', status: abort.status, share: abort.percent ?? ratio(1)} as const] : []),
		],
	};
};

export const buildCallRule = ({from, methods, paths}: CallRuleInput): CallRule => ({
	...(from && {from}),
	...(methods && {methods}),
	...(paths && {paths: paths.map(buildPath)}),
});

export const buildHost = ({
	host,
	tls = false,
	redirect,
	to,
	routes,
}: IngressHostInput): Omit<GatewayHostConfig, 'place'> => ({
	host: host.toLowerCase(),
	tls,
	redirect: redirect ?? true,
	routes: [
		...(routes ?? []).map(
			(route, index): Route => ({
				name: route.name ?? `${host}[${index}]`,
				matches: (route.match ?? []).map(buildMatch),
				backends: route.backends.map(backend => buildBackend(backend, backend.to)),
			}),
		),
		...(to === undefined ? [] : [{name: host, matches: [], backends: [{service: to, weight: 1}]}]),
	],
});

export const buildMatch = ({
	path,
	method,
	methods = method,
	headers,
	query,
	from,
}: RequestMatchInput): RequestMatch => ({
	...(path !== undefined && {path: buildPath(path)}),
	...(methods && {methods}),
	...(headers && {headers: namedMatches(headers)}),
	...(query && {query: namedMatches(query)}),
	...(from && {from}),
});

const namedMatches = (input: Readonly<Record<string, StringMatchInput>>): readonly NamedMatch[] =>
	Object.entries(input).map(([name, match]) => ({name, match: buildStringMatch(match)}));

const buildStringMatch = (input: StringMatchInput): StringMatch => {
	if (typeof input === 'string') {
		return {kind: 'exact', value: input};
	}

	const {exact, prefix, suffix, regex, present, ignoreCase} = input;
	const folded = ignoreCase === undefined ? {} : {ignoreCase};
	if (exact !== undefined) {
		return {kind: 'exact', value: exact, ...folded};
	}

	if (prefix !== undefined) {
		return {kind: 'prefix', value: prefix, ...folded};
	}

	if (suffix !== undefined) {
		return {kind: 'suffix', value: suffix, ...folded};
	}

	return regex === undefined ? {kind: 'present', value: present ?? true} : {kind: 'regex', value: regex};
};

const buildPath = (input: PathMatchInput): PathMatch => {
	if (typeof input === 'string') {
		return {kind: 'exact', value: input};
	}

	const {exact, prefix, regex} = input;
	if (prefix !== undefined) {
		return {kind: 'prefix', value: prefix};
	}

	return regex === undefined ? {kind: 'exact', value: exact ?? '/'} : {kind: 'regex', value: regex};
};
