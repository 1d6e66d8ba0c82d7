// Says how each service is reached: its routes, its faults, its endpoints.
import type {ExternalConfig, ServiceConfig, WorkloadConfig} from '../model/mesh-config.ts';
import type {Destination, DestinationRoute, Endpoint, Transport} from '../model/snapshot.ts';
import {meshNamespace} from '../model/system-identity.ts';
import {spiffeId} from '../pki/spiffe-id.ts';
import type {SnapshotInputs} from './compile-snapshots.ts';
import {instancesOf} from './instances.ts';

/** Gives every service of the config, in its order, as this sidecar reaches it. */
export const compileDestinations = (inputs: SnapshotInputs, caller: string): readonly Destination[] =>
	inputs.config.services.map(service => ({
		service: service.name,
		port: service.port,
		protocol: service.protocol,
		routes: routesOf(inputs, service),
		faults: inputs.faults
			.filter(({to}) => to === service.name)
			.map(({id, matches, filters}) => ({id, matches, filters})),
		endpoints: service.kind === 'external' ? [externalEndpoint(service)] : endpointsOf(inputs, service, caller),
		loadBalancer: 'least-request',
	}));

const routesOf = ({config}: SnapshotInputs, service: ServiceConfig): readonly DestinationRoute[] => {
	const routes = config.routes.filter(({to}) => to === service.name);
	return routes.length === 0
		? [{name: service.name, matches: [], backends: [{service: service.name, weight: 1}], filters: []}]
		: routes.map(({name, matches, backends, filters}) => ({name, matches, backends, filters}));
};

const endpointsOf = (
	{config, trustDomain, places, stateOf}: SnapshotInputs,
	service: WorkloadConfig,
	caller: string,
): readonly Endpoint[] =>
	instancesOf(config)
		.filter(instance => instance.service === service && !instance.version.job)
		.map(instance => {
			const {address, port, serverName} = places.endpoint(caller, instance);
			const transport: Transport = service.sidecar
				? {
						kind: 'mtls',
						spiffeId: spiffeId(trustDomain, meshNamespace, service.name),
						...(serverName !== undefined && {serverName}),
					}
				: {kind: 'plain'};
			return {
				id: instance.id,
				service: service.name,
				version: instance.version.name,
				address,
				port,
				transport,
				state: stateOf(instance.id),
			};
		});

const externalEndpoint = ({name, host, port, tls}: ExternalConfig): Endpoint => ({
	id: host,
	service: name,
	version: 'default',
	address: host,
	port,
	transport: tls ? {kind: 'tls', serverName: host} : {kind: 'plain'},
	state: 'ready',
});
