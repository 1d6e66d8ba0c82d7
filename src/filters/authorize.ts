// Lets a request in only when a rule names its caller, method and path.
import * as z from 'zod';
import type {Exchange} from '../http/exchange.ts';
import type {FilterDefinition} from '../http/filter.ts';
import {compilePathMatch, explainPathMatch, type PathMatch} from '../http/path-match.ts';
import {RequestFailure} from '../http/request-failure.ts';
import {pathMatch} from './filter-schemas.ts';

/** All of its fields must hold; an absent one holds for everything. One with methods or paths lets no raw connection in, which has neither (as in Istio). */
export interface CallRule {
	/** Any of these calling services. */
	readonly from?: readonly string[];
	/** Any of these, in upper case. */
	readonly methods?: readonly string[];
	/** Any of these. */
	readonly paths?: readonly PathMatch[];
}

export interface AuthorizeSpec {
	readonly kind: 'authorize';
	/** Any of these lets the request in; an empty list lets nobody in (Istio's ALLOW). */
	readonly allow: readonly CallRule[];
}

export const authorize: FilterDefinition<'authorize', AuthorizeSpec> = {
	kind: 'authorize',
	schema: z.strictObject({
		kind: z.literal('authorize'),
		allow: z.array(
			z.strictObject({
				from: z.array(z.string()).readonly().exactOptional(),
				methods: z.array(z.string()).readonly().exactOptional(),
				paths: z.array(pathMatch).readonly().exactOptional(),
			}),
		),
	}),
	explain: spec => (spec.allow.length === 0 ? 'allow nobody' : `allow ${spec.allow.map(explainRule).join(' or ')}`),
	create: spec => {
		const rules = spec.allow.map(compileRule);
		return async (exchange, next) => {
			if (!rules.some(rule => rule(exchange))) {
				exchange.record.flags.add('UAEX');
				throw new RequestFailure('denied', refusalOf(exchange));
			}

			return next(exchange);
		};
	},
};

/** A raw connection has neither method nor path. */
const refusalOf = ({caller, request: {method, path}, destination}: Exchange): string =>
	`${caller.service} may not call ${method === '' ? destination : `${method} ${path} of ${destination}`}`;

const compileRule = ({from, methods, paths}: CallRule): ((exchange: Exchange) => boolean) => {
	const callers = from && new Set(from);
	const verbs = methods && new Set(methods);
	const matchers = paths?.map(compilePathMatch);
	const isOfRequests = verbs !== undefined || matchers !== undefined;
	return ({caller, request}) =>
		(!callers || callers.has(caller.service)) &&
		!(isOfRequests && request.method === '') &&
		(!verbs || verbs.has(request.method)) &&
		(!matchers || matchers.some(matches => matches(request.path)));
};

const explainRule = ({from, methods, paths}: CallRule): string =>
	[
		from ? from.join(', ') : 'everybody',
		methods ? `with ${methods.join(', ')}` : '',
		paths ? paths.map(explainPathMatch).join(' or ') : '',
	]
		.filter(Boolean)
		.join(' ');
