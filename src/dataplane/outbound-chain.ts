// What happens to a request on its way out of a sidecar.
import {createFilter, type FilterSpec} from '../filters/filter-table.ts';
import {defaultRetry} from '../filters/retry.ts';
import type {Handler} from '../http/exchange.ts';
import {chain} from '../http/filter.ts';
import {RequestFailure} from '../http/request-failure.ts';
import type {Destination, DestinationRoute} from '../model/snapshot.ts';
import type {WeightedBackend} from '../routing/route.ts';
import {compileRoutes, selectRoute} from '../routing/select-route.ts';
import {type ChainTools, filterTools} from './chain-tools.ts';
import {forward} from './forward.ts';
import {compileFaults} from './inject-faults.ts';
import {pickBackendOf} from './pick-backend.ts';
import {pickEndpoint} from './pick-endpoint.ts';
import {traceAttempt} from './trace-attempt.ts';

export interface OutboundChains {
	/** Takes the routes of a service. */
	readonly toService: (service: string) => Handler;
	/** Goes straight to a version. */
	readonly toBackend: (backend: WeightedBackend) => Handler;
}

/** Compiles the chains to all destinations of a snapshot. Throws re2js's syntax error on a regular expression that is none. */
export const compileOutboundChains = (destinations: readonly Destination[], tools: ChainTools): OutboundChains => {
	const injectFaults = compileFaults(destinations, tools);
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
				traceAttempt(tools), // a fault's delay belongs to its attempt
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
