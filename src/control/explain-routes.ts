// Says in sentences what happens to requests to a service.
import {explainFilter} from '../filters/filter-table.ts';
import type {RouteExplanation} from '../model/api.ts';
import type {FaultConfig, MeshConfig, ServiceConfig} from '../model/mesh-config.ts';
import {explainMatch, explainRoute} from '../routing/explain-route.ts';
import {otherPorts} from './service-ports.ts';

/** Explains every service, then every host of the gateway: routes in the order in which they are tried, faults, policies. */
export const explainRoutes = (config: MeshConfig, faults: readonly FaultConfig[]): readonly RouteExplanation[] => [
	...config.services.map(service => ({
		service: service.name,
		lines: [
			...routeLines(config, service),
			...faults.filter(({to}) => to === service.name).map(fault => `fault ${fault.id}: ${explainFault(fault)}`),
			...policyLines(config, service),
			...portLines(service),
		],
	})),
	...config.gateway.hosts.map(({host, tls, redirect, routes}) => ({
		service: `gateway ${host}`,
		lines: [
			...routes.map(route => explainRoute(route, [])),
			...(tls && redirect ? ['plain HTTP is redirected to HTTPS'] : []),
		],
	})),
];

/** Says what a fault does: `wait 2 s on 20 % of requests, from reviews with end-user is "jason"`. */
export const explainFault = ({matches, filters}: FaultConfig): string => {
	const what = filters.map(explainFilter).join(', then ');
	return matches.length === 0 ? what : `${what}, ${matches.map(explainMatch).join(' or ')}`;
};

const routeLines = (config: MeshConfig, service: ServiceConfig): readonly string[] => {
	const routes = config.routes.filter(({to}) => to === service.name);
	if (routes.length > 0) {
		return routes.map(route => explainRoute(route, route.filters.map(explainFilter)));
	}

	return service.kind === 'external'
		? [`every request → ${service.tls ? 'https' : 'http'}://${service.host}:${service.port}`]
		: [explainRoute({name: service.name, matches: [], backends: [{service: service.name, weight: 1}]}, [])];
};

const policyLines = (config: MeshConfig, service: ServiceConfig): readonly string[] => {
	const rules = config.policies.authorization.filter(({to}) => to === service.name).flatMap(({allow}) => allow);
	const isListed = config.policies.authorization.some(({to}) => to === service.name);
	return isListed ? [explainFilter({kind: 'authorize', allow: rules})] : [];
};

const portLines = (service: ServiceConfig): readonly string[] => {
	const others = otherPorts(service);
	const ports = [service, ...others].map(({port, protocol}) => `${port} (${protocol})`);
	return others.length === 0 ? [] : [`the same at each of its ports: ${ports.join(', ')}`];
};
