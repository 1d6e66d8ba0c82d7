// Names every port that a mesh needs, so that each keeps its number from one start to the next.
import type {MeshConfig} from '../model/mesh-config.ts';
import {gatewaySidecar, hostSidecar, instancesOf, isContainerService} from './instances.ts';

/** A port and who listens at it. */
export interface PortWish {
	/** Such as `reviews-v1-1/inbound`. */
	readonly key: string;
	/** Tried before any other. */
	readonly preferred?: number;
	/** True: this number and no other, as the user wrote it. */
	readonly isFixed?: boolean;
}

export const inboundName = 'inbound';
export const outboundName = (service: string): string => `outbound:${service}`;
export const appKey = (instance: string): string => `${instance}/app`;
export const listenerKey = (sidecar: string, listener: string): string => `${sidecar}/${listener}`;
/** Where the proxy process listens for the control plane. */
export const controlKey = 'proxy/control';

/** The one port through which the host reaches the containers. */
export const bridgeKey = 'gateway/bridge';
/** The listener behind a published port of an app. */
export const doorName = (appPort: number): string => `door:${appPort}`;

/** Lists the ports of a config. */
export const portWishes = (config: MeshConfig): readonly PortWish[] => {
	const outbound = (sidecar: string): readonly PortWish[] =>
		config.services.map(service => ({key: listenerKey(sidecar, outboundName(service.name))}));
	const inContainers = instancesOf(config).filter(({service}) => isContainerService(config, service));
	const inProcesses = instancesOf(config).filter(({service}) => !isContainerService(config, service));
	const ofInstances = inProcesses.flatMap(({id, service, version}): readonly PortWish[] => [
		version.appPort === undefined ? {key: appKey(id)} : {key: appKey(id), preferred: version.appPort, isFixed: true},
		...(service.sidecar ? [...(version.job ? [] : [{key: listenerKey(id, inboundName)}]), ...outbound(id)] : []),
	]);
	const {httpPort, httpsPort, hosts} = config.gateway;
	const ofGateway: readonly PortWish[] =
		hosts.length === 0
			? []
			: [
					{key: listenerKey(gatewaySidecar, 'http'), preferred: httpPort},
					{key: listenerKey(gatewaySidecar, 'https'), preferred: httpsPort},
				];
	const ofBridge: readonly PortWish[] = inContainers.length === 0 ? [] : [{key: bridgeKey}];
	return [{key: controlKey}, ...ofBridge, ...ofGateway, ...ofInstances, ...outbound(hostSidecar)];
};
