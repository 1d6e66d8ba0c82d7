// Names every port that a mesh needs, so that each keeps its number from one start to the next.
import type {MeshConfig} from '../model/mesh-config.ts';
import type {ToolName} from '../model/tool.ts';
import {gatewaySidecar, hostSidecar, type InstanceRef, instancesOf, isContainerService} from './instances.ts';
import {otherPorts, udpPortsOf} from './service-ports.ts';
import {toolRecipes, toolsOf} from './tools/tool-recipes.ts';

/** A port and who listens at it. */
export interface PortWish {
	/** Such as `reviews-v1-1/inbound`. */
	readonly key: string;
	/** Tried before any other. */
	readonly preferred?: number;
	/** True: this number and no other, as the user wrote it. */
	readonly isFixed?: boolean;
}

/** Without a port: that of the service's own. */
export const inboundName = (port?: number): string => atPort('inbound', port);
export const outboundName = (service: string, port?: number): string => atPort(`outbound:${service}`, port);
export const appKey = (instance: string, port?: number): string => atPort(`${instance}/app`, port);
/** Where the app listens for datagrams. */
export const udpAppKey = (instance: string, port: number): string => `${appKey(instance, port)}/udp`;
/** Where a sidecar takes the datagrams of its app. */
export const udpName = (service: string, port: number): string => `udp:${service}:${port}`;
/** The instance whose app has a key; undefined for other keys. */
export const instanceOfAppKey = (key: string): string | undefined => /^(.+)\/app(?::\d+(?:\/udp)?)?$/.exec(key)?.[1];

const atPort = (name: string, port: number | undefined): string => (port === undefined ? name : `${name}:${port}`);

export const listenerKey = (sidecar: string, listener: string): string => `${sidecar}/${listener}`;
/** Where the proxy process listens for the control plane. */
export const controlKey = 'proxy/control';

/** The one port through which the host reaches the containers. */
export const bridgeKey = 'gateway/bridge';
/** The listener behind a published port of an app. */
export const doorName = (appPort: number): string => `door:${appPort}`;

/** Where the control plane serves its API, and the pages of the tools. */
export const apiKey = 'control-plane/api';
/** Where it serves the metrics to the Prometheus that comes with the mesh. */
export const metricsKey = 'control-plane/metrics';
/** On the host; by the name that the tool's recipe gives to the port. */
export const toolKey = (tool: ToolName, port: string): string => `tools/${tool}/${port}`;

/** Lists the ports of a config. */
export const portWishes = (config: MeshConfig): readonly PortWish[] => {
	const outbound = (sidecar: string): readonly PortWish[] =>
		config.services.flatMap(service => [
			...[undefined, ...otherPorts(service)].map(other => ({
				key: listenerKey(sidecar, outboundName(service.name, other?.port)),
			})),
			...udpPortsOf(service).map(({port}) => ({key: listenerKey(sidecar, udpName(service.name, port))})),
		]);
	const inContainers = instancesOf(config).filter(({service}) => isContainerService(config, service));
	const inProcesses = instancesOf(config).filter(({service}) => !isContainerService(config, service));
	const ofInstances = inProcesses.flatMap(instance => [
		...ofApp(instance),
		...(instance.service.sidecar ? [...ofInbound(instance), ...outbound(instance.id)] : []),
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
	return [
		{key: controlKey},
		...ofBridge,
		...ofGateway,
		...ofInstances,
		...outbound(hostSidecar),
		{key: apiKey},
		...ofTools(config),
	];
};

const ofTools = ({observability}: MeshConfig): readonly PortWish[] => {
	const tools = toolsOf(observability);
	return [
		...(tools.includes('prometheus') ? [{key: metricsKey}] : []),
		...tools.flatMap(tool => Object.keys(toolRecipes[tool].ports).map(port => ({key: toolKey(tool, port)}))),
	];
};

const ofApp = ({id, service, version}: InstanceRef): readonly PortWish[] => [
	appWish(appKey(id), version.appPort),
	...otherPorts(service).map(({port, appPort}) => appWish(appKey(id, port), appPort)),
	...udpPortsOf(service).map(({port, appPort}) => appWish(udpAppKey(id, port), appPort)),
];

const appWish = (key: string, fixed: number | undefined): PortWish =>
	fixed === undefined ? {key} : {key, preferred: fixed, isFixed: true};

const ofInbound = ({id, service, version}: InstanceRef): readonly PortWish[] =>
	version.job
		? []
		: [undefined, ...otherPorts(service)].map(other => ({key: listenerKey(id, inboundName(other?.port))}));
