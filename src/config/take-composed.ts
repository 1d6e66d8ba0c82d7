// Lays what the config says of services over what compose files say of them.
import type {HealthConfig, WorkloadConfig} from '../model/mesh-config.ts';
import {type StreamPort, udpPortsOf, withOwnPort} from './called-ports.ts';
import type {ComposeReading} from './compose-reader.ts';
import type {MeshInput} from './schema/mesh.ts';
import type {HealthInput, ServiceInput} from './schema/service.ts';

/** The services of compose files, by name. */
export type ComposedServices = ReadonlyMap<string, WorkloadConfig>;

export const composedServices = (reading: ComposeReading | undefined): ComposedServices =>
	new Map((reading?.services ?? []).map(({workload}) => [workload.name, workload]));

/** What is built: compose's services first. Their images and the like are kept apart, where the config has no words for them. */
export const takeComposed = (input: MeshInput, composed: ComposedServices): MeshInput => ({
	...input,
	services: {
		...Object.fromEntries(
			[...composed].map(([name, workload]) => [name, layOver(inputOf(workload), ownOf(input, name))]),
		),
		...Object.fromEntries(Object.entries(input.services).filter(([name]) => !composed.has(name))),
	},
});

/** What the rules see: that there is an image, yet no environment of compose's, where `{{…}}` is nothing special. */
export const composedForRules = (input: MeshInput, composed: ComposedServices): MeshInput => ({
	...input,
	services: {
		...takeComposed(input, composed).services,
		...Object.fromEntries(
			[...composed].map(([name, workload]) => {
				const {env: _env, ...said} = inputOf(workload);
				return [name, layOver({...said, image: workload.versions[0]?.container?.image ?? name}, ownOf(input, name))];
			}),
		),
	},
});

const ownOf = ({services}: MeshInput, name: string): ServiceInput | undefined =>
	Object.hasOwn(services, name) ? services[name] : undefined;

/** Key by key; variables name by name. A service that lies outside the mesh has nothing of a container. */
const layOver = (composed: ServiceInput, own: ServiceInput | undefined): ServiceInput => {
	if (!own || own.external !== undefined) {
		return own ?? composed;
	}

	// Of another port, the protocol is yet to be known.
	const {protocol, ports: _ports, ...rest} = composed;
	return {
		...rest,
		...(own.port === undefined && protocol && {protocol}),
		...(Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) as ServiceInput),
		...portsOver(composed, own),
		...((composed.env || own.env) && {env: {...composed.env, ...own.env}}),
	};
};

/** Number by number: whatever is callable by the compose file stays so. */
const portsOver = (composed: ServiceInput, own: ServiceInput): Pick<ServiceInput, 'port' | 'protocol' | 'ports'> => {
	const port = own.port ?? composed.port;
	const said = withoutUdp(own);
	// What is said of the very port that the compose file has as the service's own.
	const saidOfOwn = own.port === undefined ? said.find(other => other.port === port) : undefined;
	const taken = [
		...(composed.port === undefined ? [] : [{port: composed.port, protocol: composed.protocol}]),
		...withoutUdp(composed),
	];
	const others = [
		...said.filter(other => other !== saidOfOwn),
		...taken.filter(other => other.port !== port && !said.some(({port: number}) => number === other.port)),
	];
	const protocol = own.protocol ?? saidOfOwn?.protocol;
	const saidOfUdp = udpPortsOf(own);
	const udp = [
		...saidOfUdp,
		...udpPortsOf(composed).filter(({port: taken}) => !saidOfUdp.some(other => other.port === taken)),
	].map(other => ({...other, protocol: 'udp' as const}));
	return {
		...(port !== undefined && {port}),
		...(protocol && {protocol}),
		...(own.appPort === undefined && saidOfOwn?.appPort !== undefined && {appPort: saidOfOwn.appPort}),
		...(others.length + udp.length > 0 && {ports: [...others, ...udp]}),
	};
};

const withoutUdp = ({ports = []}: ServiceInput): readonly StreamPort[] => withOwnPort({ports, port: 1}).ports;

/** Says in the words of the config what a workload is. */
const inputOf = ({port, protocol, ports, udpPorts, dependsOn, versions: [version]}: WorkloadConfig): ServiceInput => ({
	...(port > 0 && {port}),
	protocol,
	...((ports || udpPorts) && {
		ports: [...(ports ?? []), ...(udpPorts ?? []).map(port => ({...port, protocol: 'udp' as const}))],
	}),
	dependsOn: Object.fromEntries(dependsOn.map(({service, condition}) => [service, condition])),
	...(version && {
		workdir: version.workdir,
		env: version.env,
		...(version.health && {health: healthOf(version.health)}),
		replicas: version.replicas,
		job: version.job,
		restart: version.restart,
		stopGrace: version.stopGraceMs,
		...(version.resources && {resources: version.resources}),
	}),
});

const healthOf = ({probe, intervalMs, timeoutMs, failures, startTimeoutMs}: HealthConfig): HealthInput => ({
	...probeOf(probe),
	interval: intervalMs,
	timeout: timeoutMs,
	failures,
	startTimeout: startTimeoutMs,
});

const probeOf = (probe: HealthConfig['probe']): HealthInput => {
	switch (probe.kind) {
		case 'http':
			return {http: probe.path};
		case 'tcp':
			return {tcp: true};
		case 'command':
			return {command: typeof probe.command === 'string' ? probe.command : [...probe.command]};
		case 'log':
			return {log: probe.pattern};
	}
};
