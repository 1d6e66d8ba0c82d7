// Says what should run on this machine. Pure: same config and ports, same answer.
import {createHash} from 'node:crypto';
import {fillTemplate} from '../config/fill-template.ts';
import type {DesiredInstance, DesiredState} from '../model/desired-state.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import {hostSidecar, type InstanceRef, instancesOf, sidecarsOf} from './instances.ts';
import type {Places} from './places.ts';

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
	const through = service.sidecar ? id : hostSidecar;
	const addresses = config.services.map(called => addressOf(called, places.called(through, called)));
	const fill = (text: string): string =>
		fillTemplate(text, (name, part) => {
			if (name === undefined) {
				return String(appPort);
			}

			return addresses.find(address => address.service === name)?.[part];
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
			...Object.assign({}, ...addresses.map(providedBy)),
			PORT: String(appPort),
			DEVMESH_SERVICE: service.name,
			DEVMESH_VERSION: version.name,
			DEVMESH_INSTANCE: id,
			...written,
		},
		appPort,
		...(pod && {pod}),
		dependsOn: service.dependsOn,
		// A new neighbour changes nothing for an app that runs; a changed port of its own sidecar does.
		digest: digestOf({...settings, written, appPort, changes: changesOf(through), ...(pod && {sidecar: pod.sidecar})}),
	};
};

interface Address {
	readonly service: string;
	readonly url: string;
	readonly host: string;
	readonly port: string;
}

const addressOf = (
	called: {readonly name: string; readonly protocol: string},
	{host, port}: {readonly host: string; readonly port: number},
): Address => ({
	service: called.name,
	url: `${called.protocol === 'tcp' ? 'tcp' : 'http'}://${host}:${port}`,
	host,
	port: String(port),
});

const fillCommand = <Command extends string | readonly string[]>(command: Command, fill: (text: string) => string) =>
	typeof command === 'string' ? fill(command) : command.map(fill);

const providedBy = ({service, url, host, port}: Address): Record<string, string> => {
	const name = service.toUpperCase().replaceAll('-', '_');
	return {[`${name}_URL`]: url, [`${name}_HOST`]: host, [`${name}_PORT`]: port};
};

const digestOf = (value: unknown): string =>
	createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
