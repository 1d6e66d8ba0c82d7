// Names every port that a mesh needs, so that each keeps its number from one start to the next.
import type {MeshConfig} from '../model/mesh-config.ts';
import {gatewaySidecar, hostSidecar, instancesOf} from './instances.ts';

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

/** Lists the ports of a config. */
export const portWishes = (config: MeshConfig): readonly PortWish[] => {
	const outbound = (sidecar: string): readonly PortWish[] =>
		config.services.map(service => ({key: listenerKey(sidecar, outboundName(service.name))}));
	const ofInstances = instancesOf(config).flatMap(({id, service, version}): readonly PortWish[] => [
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
	return [{key: controlKey}, ...ofGateway, ...ofInstances, ...outbound(hostSidecar)];
};
