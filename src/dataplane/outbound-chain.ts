// What happens to a request on its way out of a sidecar.
import type {Clock} from '../common/clock.ts';
import {drawByHash, type Random} from '../common/random.ts';
import {createFilter, type FilterSpec} from '../filters/filter-table.ts';
import {defaultRetry} from '../filters/retry.ts';
import {readBody} from '../http/body.ts';
import type {Exchange, Handler} from '../http/exchange.ts';
import {chain, type Filter, type FilterTools} from '../http/filter.ts';
import {withHeader} from '../http/headers.ts';
import type {Reply} from '../http/reply.ts';
import {RequestFailure} from '../http/request-failure.ts';
import {whenBodyEnds} from '../http/when-body-ends.ts';
import type {Destination, DestinationRoute, FaultRule} from '../model/snapshot.ts';
import {pickBackend} from '../routing/pick-backend.ts';
import {compileRequestMatch} from '../routing/request-match.ts';
import type {WeightedBackend} from '../routing/route.ts';
import {compileRoutes, selectRoute} from '../routing/select-route.ts';
import type {EndpointTable, LiveEndpoint} from './endpoint-table.ts';
import type {Forwarder} from './engine/forwarder.ts';
import {failureOfFlag, flagOf, withoutFlag} from './flag-header.ts';

export interface ChainTools {
	readonly clock: Clock;
	readonly random: Random;
	readonly seed: number;
	readonly endpoints: EndpointTable;
	readonly forwarder: Forwarder;
}

export interface OutboundChains {
	/** Takes the routes of a service. */
	readonly toService: (service: string) => Handler;
	/** Goes straight to a version. */
	readonly toBackend: (backend: WeightedBackend) => Handler;
}

/** Compiles the chains to all destinations of a snapshot. Throws re2js's syntax error on a regular expression that is none. */
export const compileOutboundChains = (destinations: readonly Destination[], tools: ChainTools): OutboundChains => {
	const faults = new Map(destinations.map(({service, faults: rules}) => [service, compileFaults(rules, tools)]));
	const injectFaults: Filter = (exchange, next) =>
		(faults.get(exchange.backend?.service ?? '') ?? passOn)(exchange, next);

	const routeChain = (name: string, backends: readonly WeightedBackend[], specs: readonly FilterSpec[]): Handler => {
		const [timeouts, retries] = [
			specs.filter(({kind}) => kind === 'timeout'),
			specs.filter(({kind}) => kind === 'retry'),
		];
		const filtersOf = (wanted: readonly FilterSpec[]) =>
			wanted.map(spec => createFilter(spec, filterTools(name, tools)));
		return chain(
			[
				pickBackendOf(name, backends, tools), // one draw per request: a retry stays with the version it drew
				...filtersOf(timeouts), // covers all attempts together
				...filtersOf(retries.length > 0 ? retries : [defaultRetry]), // each attempt passes everything below again
				pickEndpoint(tools), // another instance for another attempt
				injectFaults, // next to the service: to all of the above it is the service that misbehaves
			],
			forward(tools),
		);
	};

	const services = new Map(
		destinations.map(({service, routes}) => {
			const compiled = compileRoutes(routes);
			const chains = new Map<DestinationRoute, Handler>(
				routes.map(route => [route, routeChain(route.name, route.backends, route.filters)]),
			);
			const handler: Handler = async exchange => {
				const selection = selectRoute(compiled, {head: exchange.request, caller: exchange.caller.service});
				if (selection.kind === 'none') {
					throw new RequestFailure('no-route', explainNoRoute(service, selection.nearest));
				}

				exchange.record.route = selection.route.name;
				return (chains.get(selection.route) as Handler)(exchange);
			};
			return [service, handler];
		}),
	);

	return {
		toService: service => {
			const handler = services.get(service);
			return (
				handler ??
				(async () => {
					throw new RequestFailure('no-service', `there is no service ${service}`);
				})
			);
		},
		toBackend: backend => routeChain(backend.service, [backend], []),
	};
};

/** Says that nothing matched, and what came nearest. */
export const explainNoRoute = (service: string, nearest: readonly string[]): string =>
	`no route to ${service} matches this request; the nearest: ${nearest.join('; ')}`;

const passOn: Filter = (exchange, next) => next(exchange);

const filterTools = (rule: string, {clock, random, seed}: ChainTools): FilterTools => ({
	clock,
	random,
	rule,
	draw: ({key, attempt}) => drawByHash(seed, `${rule}|${key}|${attempt}`),
});

const pickBackendOf =
	(route: string, backends: readonly WeightedBackend[], {seed}: ChainTools): Filter =>
	(exchange, next) => {
		const {service, version} = pickBackend(backends, drawByHash(seed, `${route}|${exchange.key}`));
		exchange.record.destination = service;
		exchange.record.version = version;
		return next({...exchange, backend: {service, ...(version !== undefined && {version})}});
	};

const pickEndpoint =
	({endpoints}: ChainTools): Filter =>
	async (exchange, next) => {
		const {endpoint} = await endpoints.pick({
			backend: exchange.backend ?? {service: exchange.destination},
			avoid: exchange.record.endpoint,
			signal: exchange.signal,
		});
		exchange.record.endpoint = endpoint.id;
		exchange.record.version = endpoint.version;
		exchange.record.attempts = exchange.attempt;
		return next({...exchange, endpoint: endpoint.id});
	};

const compileFaults = (rules: readonly FaultRule[], tools: ChainTools): Filter => {
	const compiled = rules.map(({id, matches, filters}) => ({
		matches: matches.map(compileRequestMatch),
		filters: filters.map(spec => createFilter(spec, filterTools(id, tools))),
	}));
	return (exchange, next) => {
		const request = {head: exchange.request, caller: exchange.caller.service};
		const matching = compiled.filter(
			({matches}) => matches.length === 0 || matches.some(match => match(request).matches),
		);
		return chain(
			matching.flatMap(({filters}) => filters),
			next,
		)(exchange);
	};
};

const forward =
	({endpoints, forwarder}: ChainTools): Handler =>
	async exchange => {
		const live = endpoints.find(exchange.backend?.service ?? exchange.destination, exchange.endpoint ?? '');
		if (!live) {
			throw new RequestFailure('no-healthy-upstream', `${exchange.endpoint} has just been stopped`);
		}

		live.underWay++;
		let isCounted = true;
		const release = (): void => {
			if (isCounted) {
				isCounted = false;
				live.underWay--;
			}
		};

		try {
			const reply = await forwarder.forward(live.target, withHost(exchange, live));
			if (reply.tunnel) {
				reply.tunnel.once('close', release);
				return reply;
			}

			const unmarked = await takeFlag(reply, exchange, live);
			return {...unmarked, body: whenBodyEnds(unmarked.body, release)};
		} catch (error) {
			release();
			throw error;
		}
	};

/** Services of the mesh get the Host that their caller sent; one outside knows only its own. */
const withHost = (exchange: Exchange, {endpoint}: LiveEndpoint): Exchange => {
	if (endpoint.transport.kind === 'mtls' || endpoint.id !== endpoint.address) {
		return exchange;
	}

	const isUsual = endpoint.port === (endpoint.transport.kind === 'tls' ? 443 : 80);
	const host = isUsual ? endpoint.address : `${endpoint.address}:${endpoint.port}`;
	const {request} = exchange;
	return {...exchange, request: {...request, authority: host, headers: withHeader(request.headers, 'Host', host)}};
};

// A sentence, not a page.
const messageLimit = 4096;

/** Only a sidecar's word counts: an app cannot mark its replies, since its own sidecar takes marks off. */
const takeFlag = async (reply: Reply, exchange: Exchange, {endpoint}: LiveEndpoint): Promise<Reply> => {
	const flag = endpoint.transport.kind === 'mtls' ? flagOf(reply.headers) : undefined;
	if (flag === undefined) {
		return withoutFlag(reply);
	}

	const kind = failureOfFlag(flag);
	if (kind !== undefined) {
		const text = await readBody(reply.body, messageLimit).catch(() => new Uint8Array());
		throw new RequestFailure(
			kind,
			new TextDecoder()
				.decode(text)
				.replace(/^devmesh: /, '')
				.trim() || `${endpoint.id} failed`,
		);
	}

	exchange.record.flags.add(flag);
	return withoutFlag(reply);
};
