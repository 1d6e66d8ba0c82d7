// Says what should run on this machine. Pure: same config and ports, same answer.

import {createHash} from 'node:crypto';
import {fillTemplate} from '../config/fill-template.ts';
import type {DesiredInstance, DesiredState} from '../model/desired-state.ts';
import type {MeshConfig, PortConfig, ServiceConfig, UdpPortConfig} from '../model/mesh-config.ts';
import {isRaw} from '../model/raw-protocol.ts';
import {addressVariables, type ServiceAddress} from './address-variables.ts';
import {hostSidecar, type InstanceRef, instancesOf, sidecarsOf} from './instances.ts';
import type {Address as PlaceAddress, Places} from './places.ts';
import {otherPorts, udpPortsOf} from './service-ports.ts';

export interface DesiredStateTools {
	readonly places: Places;
	/** How often the ports of a sidecar had to be changed. */
	readonly changesOf: (sidecar: string) => number;
}

/** Lists the instances with their commands and environments, and the sidecars. */
export const desiredState = (config: MeshConfig, tools: DesiredStateTools): DesiredState => ({
	instances: instancesOf(config).flatMap(ref => desiredInstance(config, ref, tools) ?? []),
	sidecars: sidecarsOf(config),
});

const desiredInstance = (
	config: MeshConfig,
	ref: InstanceRef,
	{places, changesOf}: DesiredStateTools,
): DesiredInstance | undefined => {
	const {id, service, version} = ref;
	const pod = places.pod(ref);
	const {container} = version;
	if (pod ? container === undefined : version.command === undefined) {
		return undefined;
	}

	const appPort = places.app(ref).port;
	// What an image says of itself, its app knows; and what is not known yet, nobody can tell it.
	const isTold = (port: number): boolean =>
		!pod || version.appPort !== undefined || (port !== 0 && !service.imagePorts?.includes(port));
	// In a container, it finds the others by their names with or without a sidecar.
	const through = service.sidecar || pod ? id : hostSidecar;
	const udpAppPorts = udpPortsOf(service).map(
		udp => [udp.port, places.udpEndpoint(hostSidecar, ref, udp)?.port ?? udp.port] as const,
	);
	const otherAppPorts = otherPorts(service)
		.filter(({port}) => isTold(port))
		.map(other => [other.port, places.app(ref, other).port] as const);
	const addresses = config.services.flatMap(called => [
		addressOf(called, called, places.called(through, called)),
		...otherPorts(called).map(other => addressOf(called, other, places.called(through, called, other))),
	]);
	const fill = (text: string): string =>
		fillTemplate(text, ({service: name, at, part}) => {
			if (name === undefined) {
				const own = [[service.port, appPort] as const, ...otherAppPorts];
				return own.find(([port]) => at === undefined || port === at)?.[1].toString();
			}

			return addresses.find(address => address.service === name && (at === undefined || address.at === at))?.[part];
		});
	const command = fillCommand(version.command ?? [], fill);
	const written = Object.fromEntries(Object.entries(version.env).map(([name, value]) => [name, fill(value)]));
	const settings = {
		command,
		workdir: version.workdir,
		job: version.job,
		restart: version.restart,
		stopGraceMs: version.stopGraceMs,
		...(version.health && {health: version.health}),
		...(pod &&
			container && {
				container: {
					...container,
					...(container.command && {command: container.command.map(fill)}),
					...(container.entrypoint && {entrypoint: container.entrypoint.map(fill)}),
				},
				...(version.resources && {resources: version.resources}),
			}),
	};
	return {
		id,
		service: service.name,
		version: version.name,
		...settings,
		env: {
			...Object.assign({}, ...addresses.map(addressVariables)),
			...(isTold(service.port) && {PORT: String(appPort)}),
			...Object.fromEntries(otherAppPorts.map(([port, own]) => [`PORT_${port}`, String(own)])),
			...Object.fromEntries(udpAppPorts.map(([port, own]) => [`PORT_${port}_UDP`, String(own)])),
			...Object.assign(
				{},
				...config.services.flatMap(called =>
					udpPortsOf(called).map(udp => udpProvidedBy(called, udp, places.sentTo(through, called, udp))),
				),
			),
			DEVMESH_SERVICE: service.name,
			DEVMESH_VERSION: version.name,
			DEVMESH_INSTANCE: id,
			...written,
		},
		appPort,
		...(pod && {pod}),
		dependsOn: service.dependsOn,
		// A new neighbour changes nothing for an app that runs; a changed port of its own sidecar does.
		digest: digestOf({
			...settings,
			written,
			...(isTold(service.port) && {appPort}),
			...(otherAppPorts.length > 0 && {otherAppPorts}),
			...(udpAppPorts.length > 0 && {udpAppPorts}),
			changes: changesOf(through),
			...(pod && {sidecar: pod.sidecar}),
		}),
	};
};

const addressOf = (
	called: ServiceConfig,
	{port: at, protocol}: Pick<PortConfig, 'port' | 'protocol'>,
	{host, port}: {readonly host: string; readonly port: number},
): ServiceAddress => ({
	service: called.name,
	at,
	isOwn: at === called.port,
	url: `${isRaw(protocol) ? protocol : 'http'}://${host}:${port}`,
	host,
	port: String(port),
});

const fillCommand = <Command extends string | readonly string[]>(command: Command, fill: (text: string) => string) =>
	typeof command === 'string' ? fill(command) : command.map(fill);

const udpProvidedBy = (
	{name: service}: ServiceConfig,
	{port: at}: UdpPortConfig,
	{address, port}: PlaceAddress,
): Record<string, string> => {
	const name = service.toUpperCase().replaceAll('-', '_');
	return {[`${name}_HOST_${at}_UDP`]: address, [`${name}_PORT_${at}_UDP`]: String(port)};
};

const digestOf = (value: unknown): string =>
	createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
