// Routes, faults, policies and the edge.
import {z} from 'zod';
import {retryConditions} from '../../filters/retry-conditions.ts';
import {methods, pathMatch, requestMatches} from './match.ts';
import {
	duration,
	filledText,
	flag,
	listOf,
	listUpTo,
	names,
	percent,
	port,
	serviceName,
	versionName,
} from './values.ts';

export const backend = z.strictObject(
	{
		to: serviceName.meta({description: 'A service. Default: the one that the route is for.'}).optional(),
		version: versionName.meta({description: 'Default: any version.'}).optional(),
		weight: z
			.number({error: 'a number from 0'})
			.min(0, 'a number from 0')
			.meta({description: 'Its share is this over the sum of all. Default: 1.'})
			.optional(),
	},
	{error: 'a backend, such as { version: v1, weight: 90 }'},
);

const backends = listUpTo(backend, 50, 'a list of backends').min(1, 'at least one backend');

const status = z
	.int({error: 'a status code'})
	.min(200, 'a status code from 200 to 599')
	.max(599, 'a status code from 200 to 599');

export const retries = z.strictObject(
	{
		attempts: z
			.int({error: 'a whole number'})
			.min(0, 'at least 0')
			.max(10, 'at most 10')
			.meta({description: 'After the first. Default: 2.'})
			.optional(),
		perTryTimeout: duration.optional(),
		on: listOf(
			z.union([z.enum(retryConditions), status], {error: `one of ${retryConditions.join(', ')}, or a status code`}),
			'a condition, or a list of conditions',
		).optional(),
		backoff: z.strictObject({base: duration.optional(), max: duration.optional()}).optional(),
	},
	{error: 'retries, such as { attempts: 2, on: [connect-failure] }'},
);

export const route = z.strictObject(
	{
		to: serviceName.meta({description: 'The service that callers dial.'}),
		name: filledText.optional(),
		match: requestMatches.optional(),
		backends: backends.optional(),
		timeout: duration.meta({description: 'For all attempts together; 0s waits for ever.'}).optional(),
		retries: retries.optional(),
	},
	{error: 'a route, such as { to: reviews, backends: [{ version: v1 }] }'},
);

const faultKeys = {
	to: serviceName.meta({description: 'The service that misbehaves.'}),
	from: names.meta({description: 'Only for these callers.'}).optional(),
	match: requestMatches.optional(),
	delay: z
		.strictObject({duration, percent: percent.optional()}, {error: 'a delay, such as { duration: 2s, percent: 20 }'})
		.optional(),
	abort: z
		.strictObject({status, percent: percent.optional()}, {error: 'an abort, such as { status: 503, percent: 20 }'})
		.optional(),
};

export const fault = z.strictObject(faultKeys, {error: 'a fault, such as { to: ratings, delay: { duration: 2s } }'});

/** A fault for the running mesh may end by itself. */
export const runningFault = z.strictObject({...faultKeys, for: duration.optional()}, {error: 'a fault'});

const callRule = z.strictObject(
	{
		from: names.optional(),
		methods: methods.optional(),
		paths: listOf(pathMatch, 'a path, or a list of paths').optional(),
	},
	{error: 'a rule, such as { from: [reviews] }'},
);

export const policies = z.strictObject(
	{
		mtls: z.enum(['strict', 'permissive'], {error: 'strict or permissive'}).optional(),
		authorization: z
			.array(
				z.strictObject(
					{to: serviceName, allow: listUpTo(callRule, 100, 'a list of rules, such as [{ from: [web] }]')},
					{error: 'a policy, such as { to: api, allow: [{ from: [web] }] }'},
				),
				{
					error: 'a list of policies',
				},
			)
			.optional(),
	},
	{error: 'policies, such as { mtls: strict }'},
);

const ingressRoute = z.strictObject({
	name: filledText.optional(),
	match: requestMatches.optional(),
	backends: listUpTo(backend.extend({to: serviceName}), 50, 'a list of backends').min(1, 'at least one backend'),
});

export const ingressHost = z.strictObject(
	{
		host: z
			.string({error: 'a host name'})
			.min(1, 'a host name')
			.meta({description: 'Such as shop.localhost or *.shop.localhost; * for any.'}),
		tls: flag.meta({description: 'Served over HTTPS, too. Default: false.'}).optional(),
		redirect: flag
			.meta({description: 'With tls: whether plain HTTP is redirected to HTTPS. Default: true.'})
			.optional(),
		to: serviceName.meta({description: 'Short for one route that leads everything to this service.'}).optional(),
		routes: listUpTo(ingressRoute, 500, 'a list of routes').min(1, 'at least one route').optional(),
	},
	{error: 'a host, such as { host: shop.localhost, to: web }'},
);

export const gateway = z.strictObject({
	httpPort: port.meta({description: 'Default: 8080, or a free one when it is taken.'}).optional(),
	httpsPort: port.meta({description: 'Default: 8443, or a free one when it is taken.'}).optional(),
});

export type BackendInput = z.output<typeof backend>;
export type RouteInput = z.output<typeof route>;
export type RetriesInput = z.output<typeof retries>;
export type FaultInput = z.output<typeof fault>;
export type CallRuleInput = z.output<typeof callRule>;
export type IngressHostInput = z.output<typeof ingressHost>;
