// Says what should run on this machine. Pure: same config and ports, same answer.
import {createHash} from 'node:crypto';
import {fillTemplate} from '../config/fill-template.ts';
import type {DesiredInstance, DesiredState} from '../model/desired-state.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import {hostSidecar, type InstanceRef, instancesOf, sidecarsOf} from './instances.ts';
import {appKey, listenerKey, outboundName} from './port-keys.ts';

export interface DesiredStateTools {
	/** The port of a key of `port-keys.ts`. */
	readonly portOf: (key: string) => number;
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
	{id, service, version}: InstanceRef,
	{portOf, changesOf}: DesiredStateTools,
): DesiredInstance | undefined => {
	if (version.command === undefined) {
		return undefined;
	}

	const appPort = portOf(appKey(id));
	const through = service.sidecar ? id : hostSidecar;
	const addresses = config.services.map(called =>
		addressOf(called, portOf(listenerKey(through, outboundName(called.name)))),
	);
	const fill = (text: string): string =>
		fillTemplate(text, (name, part) => {
			if (name === undefined) {
				return String(appPort);
			}

			return addresses.find(address => address.service === name)?.[part];
		});
	const command = typeof version.command === 'string' ? fill(version.command) : version.command.map(fill);
	const written = Object.fromEntries(Object.entries(version.env).map(([name, value]) => [name, fill(value)]));
	const settings = {
		command,
		workdir: version.workdir,
		job: version.job,
		restart: version.restart,
		stopGraceMs: version.stopGraceMs,
		...(version.health && {health: version.health}),
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
		dependsOn: service.dependsOn,
		// A new neighbour changes nothing for an app that runs; a changed port of its own sidecar does.
		digest: digestOf({...settings, written, appPort, changes: changesOf(through)}),
	};
};

interface Address {
	readonly service: string;
	readonly url: string;
	readonly host: string;
	readonly port: string;
}

const addressOf = (called: {readonly name: string; readonly protocol: string}, port: number): Address => ({
	service: called.name,
	url: `${called.protocol}://127.0.0.1:${port}`,
	host: '127.0.0.1',
	port: String(port),
});

const providedBy = ({service, url, host, port}: Address): Record<string, string> => {
	const name = service.toUpperCase().replaceAll('-', '_');
	return {[`${name}_URL`]: url, [`${name}_HOST`]: host, [`${name}_PORT`]: port};
};

const digestOf = (value: unknown): string =>
	createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
