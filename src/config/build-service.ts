// Builds one service of the config.
import path from 'node:path';
import {ms} from '../common/units.ts';
import type {ContainerConfig} from '../model/container-config.ts';
import type {
	DependencyConfig,
	ExternalConfig,
	HealthConfig,
	HealthProbe,
	PortConfig,
	Protocol,
	ServiceConfig,
	VersionConfig,
	WorkloadConfig,
} from '../model/mesh-config.ts';
import type {SourcePlace} from '../model/source-place.ts';
import type {BuildContext} from './build-config.ts';
import {buildContainer} from './build-container.ts';
import {type StreamPort, udpPortsOf, withOwnPort} from './called-ports.ts';
import {parseExternal} from './parse-external.ts';
import type {HealthInput, ServiceInput, VersionInput} from './schema/service.ts';

/** The name of the one version of a service without `versions:`. */
export const defaultVersion = 'default';

export const buildService = (name: string, input: ServiceInput, context: BuildContext): ServiceConfig => {
	const place = context.placeOf(['services', name]);
	return input.external === undefined ? buildWorkload(name, input, place, context) : buildExternal(name, input, place);
};

/** Tells whether a service runs once and is done. */
export const isJob = ({job = false, versions}: ServiceInput): boolean =>
	versions ? Object.values(versions).every(version => version.job ?? job) : job;

/** The protocol of a service: as it says, or as its port or its address suggests. */
export const protocolOf = (service: ServiceInput): Protocol => {
	const {protocol, external, port} = withOwnPort(service);
	if (protocol) {
		return protocol;
	}

	return external === undefined ? (knownProtocol(port) ?? 'auto') : (parseExternal(external)?.protocol ?? 'http');
};

/** What is spoken at a port by its number alone. */
export const knownProtocol = (port: number | undefined): Protocol | undefined =>
	port !== undefined && tcpPorts.has(port) ? 'tcp' : undefined;

// Ports at which other protocols than HTTP are spoken, by IANA's list: mail, databases, brokers.
const tcpPorts: ReadonlySet<number> = new Set([
	21, 22, 25, 110, 143, 465, 587, 993, 995, 1433, 1521, 1883, 3306, 4222, 5432, 5672, 6379, 8883, 9042, 9092, 11_211,
	27_017,
]);

const buildWorkload = (
	name: string,
	written: ServiceInput,
	place: SourcePlace,
	context: BuildContext,
): WorkloadConfig => {
	const input = withOwnPort(written);
	const ports = input.ports.map(buildPort);
	const udpPorts = udpPortsOf(written);
	const versions = Object.entries(input.versions ?? {[defaultVersion]: {}});
	const composed = context.composed.get(name);
	return {
		kind: 'workload',
		name,
		port: input.port ?? 0,
		protocol: protocolOf(written),
		sidecar: input.sidecar ?? true,
		...(input.runtime && {runtime: input.runtime}),
		dependsOn: dependencies(input.dependsOn, context),
		...(composed?.aliases && {aliases: composed.aliases}),
		...(composed?.imagePorts && {imagePorts: composed.imagePorts}),
		...(ports.length > 0 && {ports}),
		...(udpPorts.length > 0 && {udpPorts}),
		versions: versions.map(([version, own]) =>
			buildVersion(
				version,
				{...input, ...defined(own), env: {...input.env, ...own.env}},
				input.versions ? context.placeOf(['services', name, 'versions', version]) : place,
				{folder: context.folder, container: composed?.versions[0]?.container},
			),
		),
		place,
	};
};

const buildPort = ({port, protocol = knownProtocol(port) ?? 'auto', appPort}: StreamPort): PortConfig => ({
	port,
	...(appPort !== undefined && {appPort}),
	protocol,
});

const buildExternal = (name: string, input: ServiceInput, place: SourcePlace): ExternalConfig => {
	const address = parseExternal(input.external ?? '');
	return {
		kind: 'external',
		name,
		host: address?.host ?? '',
		port: address?.port ?? 0,
		tls: address?.tls ?? false,
		protocol: protocolOf(input),
		place,
	};
};

/** Leaves out what was not said, so that it does not hide what the service says for all versions. */
const defined = <Value extends object>(value: Value): Partial<Value> =>
	Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<Value>;

/** Without a condition, a job must be completed and everything else healthy. */
const dependencies = (input: ServiceInput['dependsOn'], {services}: BuildContext): readonly DependencyConfig[] => {
	if (!input) {
		return [];
	}

	return Array.isArray(input)
		? input.map(service => ({service, condition: isJob(services[service] ?? {}) ? 'completed' : 'healthy'}))
		: Object.entries(input).map(([service, condition]) => ({service, condition}));
};

interface VersionContext {
	readonly folder: string;
	/** What a compose file says of it. */
	readonly container: ContainerConfig | undefined;
}

const buildVersion = (
	name: string,
	input: VersionInput,
	place: SourcePlace,
	{folder, container: composed}: VersionContext,
): VersionConfig => {
	const job = input.job ?? false;
	const container = buildContainer(input, folder, composed);
	return {
		name,
		replicas: input.replicas ?? 1,
		...(input.command !== undefined && {command: input.command}),
		workdir: path.resolve(folder, input.workdir ?? '.'),
		env: input.env ?? {},
		...(input.appPort !== undefined && {appPort: input.appPort}),
		...(input.health && {health: buildHealth(input.health)}),
		job,
		restart: input.restart ?? (job ? 'no' : 'always'),
		stopGraceMs: input.stopGrace ?? ms(10_000),
		...(container && {container}),
		...(input.resources && {resources: buildResources(input.resources)}),
		place,
	};
};

const buildResources = ({
	cpus,
	memory,
}: NonNullable<VersionInput['resources']>): NonNullable<VersionConfig['resources']> => ({
	...(cpus !== undefined && {cpus}),
	...(memory !== undefined && {memory}),
});

const buildHealth = (input: HealthInput): HealthConfig => ({
	probe: buildProbe(input),
	intervalMs: input.interval ?? ms(5000),
	timeoutMs: input.timeout ?? ms(1000),
	failures: input.failures ?? 3,
	startTimeoutMs: input.startTimeout ?? ms(60_000),
});

const buildProbe = ({http, command, log}: HealthInput): HealthProbe => {
	if (http !== undefined) {
		return {kind: 'http', path: http};
	}

	if (command !== undefined) {
		return {kind: 'command', command};
	}

	return log === undefined ? {kind: 'tcp'} : {kind: 'log', pattern: log};
};
