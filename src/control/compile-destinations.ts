// Says how each service is reached: its routes, its faults, its endpoints.
import type {ExternalConfig, ServiceConfig, WorkloadConfig} from '../model/mesh-config.ts';
import type {Destination, DestinationRoute, Endpoint, Transport} from '../model/snapshot.ts';
import {meshNamespace} from '../model/system-identity.ts';
import {spiffeId} from '../pki/spiffe-id.ts';
import type {SnapshotInputs} from './compile-snapshots.ts';
import {instancesOf} from './instances.ts';
import {appKey, inboundName, listenerKey} from './port-keys.ts';

/** Gives every service of the config, in its order. */
export const compileDestinations = (inputs: SnapshotInputs): readonly Destination[] =>
	inputs.config.services.map(service => ({
		service: service.name,
		port: service.port,
		protocol: service.protocol,
		routes: routesOf(inputs, service),
		faults: inputs.faults
			.filter(({to}) => to === service.name)
			.map(({id, matches, filters}) => ({id, matches, filters})),
		endpoints: service.kind === 'external' ? [externalEndpoint(service)] : endpointsOf(inputs, service),
		loadBalancer: 'least-request',
	}));

const routesOf = ({config}: SnapshotInputs, service: ServiceConfig): readonly DestinationRoute[] => {
	const routes = config.routes.filter(({to}) => to === service.name);
	return routes.length === 0
		? [{name: service.name, matches: [], backends: [{service: service.name, weight: 1}], filters: []}]
		: routes.map(({name, matches, backends, filters}) => ({name, matches, backends, filters}));
};

const endpointsOf = (
	{config, trustDomain, portOf, stateOf}: SnapshotInputs,
	service: WorkloadConfig,
): readonly Endpoint[] => {
	const transport: Transport = service.sidecar
		? {kind: 'mtls', spiffeId: spiffeId(trustDomain, meshNamespace, service.name)}
		: {kind: 'plain'};
	return instancesOf(config)
		.filter(instance => instance.service === service && !instance.version.job)
		.map(({id, version}) => ({
			id,
			service: service.name,
			version: version.name,
			address: '127.0.0.1',
			port: portOf(service.sidecar ? listenerKey(id, inboundName) : appKey(id)),
			transport,
			state: stateOf(id),
		}));
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
