// Says how each service is reached: its routes, its faults, its endpoints.
import type {ExternalConfig, PortConfig, ServiceConfig, WorkloadConfig} from '../model/mesh-config.ts';
import type {Destination, DestinationRoute, Endpoint, EndpointWay} from '../model/snapshot.ts';
import {meshNamespace} from '../model/system-identity.ts';
import {spiffeId} from '../pki/spiffe-id.ts';
import type {SnapshotInputs} from './compile-snapshots.ts';
import {hostSidecar, type InstanceRef, instancesOf} from './instances.ts';
import {otherPorts} from './service-ports.ts';

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

const endpointsOf = (inputs: SnapshotInputs, service: WorkloadConfig, caller: string): readonly Endpoint[] =>
	instancesOf(inputs.config)
		.filter(instance => instance.service === service && !instance.version.job)
		.map(instance => {
			const others = otherPorts(service).map(other => [other.port, wayTo(inputs, caller, instance, other)] as const);
			return {
				id: instance.id,
				service: service.name,
				version: instance.version.name,
				...wayTo(inputs, caller, instance),
				state: inputs.stateOf(instance.id),
				...(others.length > 0 && {ports: Object.fromEntries(others)}),
			};
		});

const wayTo = (
	{trustDomain, places}: SnapshotInputs,
	caller: string,
	instance: InstanceRef,
	other?: PortConfig,
): EndpointWay => {
	const {service} = instance;
	const {address, port, serverName} = places.endpoint(caller, instance, other);
	return {
		address,
		port,
		transport:
			service.sidecar || serverName !== undefined
				? {
						kind: 'mtls',
						// Before a local process without a sidecar, the way back from the containers stands for the host.
						spiffeId: spiffeId(trustDomain, meshNamespace, service.sidecar ? service.name : hostSidecar),
						...(serverName !== undefined && {serverName}),
					}
				: {kind: 'plain'},
	};
};

const externalEndpoint = ({name, host, port, tls}: ExternalConfig): Endpoint => ({
	id: host,
	service: name,
	version: 'default',
	address: host,
	port,
	transport: tls ? {kind: 'tls', serverName: host} : {kind: 'plain'},
	state: 'ready',
});
