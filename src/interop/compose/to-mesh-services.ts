// Turns a compose project into services of the mesh.
import {ms} from '../../common/units.ts';
import {defaultVersion} from '../../config/build-service.ts';
import type {ComposedService} from '../../config/compose-reader.ts';
import type {AuthorizationConfig, DependencyConfig, VersionConfig} from '../../model/mesh-config.ts';
import {given} from './given.ts';
import {type MeshNames, nameServices} from './mesh-names.ts';
import {networkPolicies} from './network-policies.ts';
import {type ActiveService, type ComposeProject, type Dependency, lastNode} from './project.ts';
import {wrongValue} from './readers.ts';
import {type ExposedPortsOf, portsOfService} from './service-ports.ts';
import {toContainer} from './to-container.ts';
import {toHealth} from './to-health.ts';

export interface MeshServices {
	readonly services: readonly ComposedService[];
	readonly authorization: readonly AuthorizationConfig[];
}

export interface ImageKnowledge {
	/** What the engine knows of an image. Default: nothing. */
	readonly exposedPortsOf?: ExposedPortsOf;
}

/** Gives the services, in the order of the files, and who may call whom. What a mesh does not carry is complained about at its place. */
export const toMeshServices = (
	project: ComposeProject,
	{exposedPortsOf = () => []}: ImageKnowledge = {},
): MeshServices => {
	const runnable = {...project, services: project.services.filter(isRunnable)};
	const names = nameServices(runnable.services);
	const jobs = jobsOf(runnable.services);
	return {
		services: runnable.services.map(service =>
			toService(service, {project: runnable, names, isJob: jobs.has(service.name), exposedPortsOf}),
		),
		authorization: networkPolicies(runnable, names),
	};
};

/** What is waited for until it has ended well is a job. */
const jobsOf = (services: readonly ActiveService[]): ReadonlySet<string> =>
	new Set(
		services.flatMap(({dependencies}) =>
			Object.entries(dependencies).flatMap(([name, {condition}]) =>
				condition === 'service_completed_successfully' ? [name] : [],
			),
		),
	);

const isRunnable = (service: ActiveService): boolean => {
	const {image, build} = service.fields;
	if (image !== undefined || build) {
		return true;
	}

	// A provider's service has been complained about.
	if (service.nodes.every(node => node.at('provider').value === undefined)) {
		lastNode(service).complain({
			code: 'DM4001',
			at: 'key',
			finding: `${service.name} has neither an image nor a build`,
			remedy: 'Add image: with its name, or build: with the folder of its Dockerfile.',
		});
	}

	return false;
};

interface Translation {
	readonly project: ComposeProject;
	readonly names: MeshNames;
	readonly isJob: boolean;
	readonly exposedPortsOf: ExposedPortsOf;
}

const toService = (service: ActiveService, translation: Translation): ComposedService => {
	const {names, exposedPortsOf} = translation;
	const placed = lastNode(service).placed('key');
	const name = names.get(service.name) ?? service.name;
	const aliases = [...(name === service.name ? [] : [service.name]), ...service.aliases];
	warnOfContainerName(service);
	return {
		workload: {
			kind: 'workload',
			name,
			...portsOfService(service, exposedPortsOf(name)),
			sidecar: true,
			// What cannot be run has been complained about.
			dependsOn: Object.entries(service.dependencies).flatMap(([other, dependency]) => {
				const awaited = names.get(other);
				return awaited === undefined ? [] : [toDependency(awaited, dependency)];
			}),
			...(aliases.length > 0 && {aliases}),
			versions: [toVersion(service, translation)],
			place: placed.place,
		},
		placed,
	};
};

const conditions = {
	service_started: 'started',
	service_healthy: 'healthy',
	service_completed_successfully: 'completed',
} as const;

const toDependency = (service: string, {condition}: Dependency): DependencyConfig => ({
	service,
	condition: conditions[condition],
});

const warnOfContainerName = (service: ActiveService): void => {
	const {container_name: name} = service.fields;
	if (name !== undefined && name !== service.name) {
		lastNode(service, 'container_name').complain({
			code: 'DM4003',
			severity: 'warning',
			at: 'key',
			finding: `the container of ${service.name} will not be named ${name}`,
			remedy: 'Containers are named after their mesh, their service and their number; see them with `devmesh status`.',
		});
	}
};

const toVersion = (service: ActiveService, {project, isJob}: Translation): VersionConfig => {
	const {fields} = service;
	const health = isJob ? undefined : toHealth(service);
	const resources = toResources(service);
	return {
		name: defaultVersion,
		replicas: toReplicas(service),
		workdir: project.folder,
		env: service.environment,
		...given({health}),
		job: isJob,
		restart: toRestart(service, isJob),
		stopGraceMs: fields.stop_grace_period ?? ms(10_000),
		container: toContainer(service, project),
		...(Object.keys(resources).length > 0 && {resources}),
		place: lastNode(service).placed('key').place,
	};
};

// As many as a mesh takes.
const mostReplicas = 100;

const toReplicas = (service: ActiveService): number => {
	const {scale, deploy} = service.fields;
	const wanted = scale ?? deploy?.replicas ?? 1;
	if (wanted > mostReplicas) {
		lastNode(service, ...(scale === undefined ? ['deploy', 'replicas'] : ['scale'])).complain({
			code: 'DM4003',
			severity: 'warning',
			finding: `a mesh of one machine runs at most ${mostReplicas} instances of a service, not ${wanted}`,
			remedy: 'Write a smaller number.',
		});
	}

	return Math.min(wanted, mostReplicas);
};

const toResources = (service: ActiveService): NonNullable<VersionConfig['resources']> => {
	const {deploy, cpus, mem_limit: memory} = service.fields;
	const {limits = {}, reservations = {}} = deploy?.resources ?? {};
	if (Object.keys(reservations).length > 0) {
		lastNode(service, 'deploy', 'resources', 'reservations').complain({
			code: 'DM4003',
			severity: 'warning',
			at: 'key',
			finding: 'nothing is reserved for a service: all share one machine',
			remedy: 'Use limits.',
		});
	}

	// 0 stands for no limit.
	return given({cpus: (limits.cpus ?? cpus) || undefined, memory: (limits.memory ?? memory) || undefined});
};

const restarts = {none: 'no', 'on-failure': 'on-failure', any: 'always'} as const;

/** Compose's default is no. A job that were always started again would never be done. */
const toRestart = (service: ActiveService, isJob: boolean): VersionConfig['restart'] => {
	const {restart = 'no', deploy} = service.fields;
	const policy = deploy?.restart_policy?.condition;
	const node = policy ? lastNode(service, 'deploy', 'restart_policy') : lastNode(service, 'restart');
	const [word = '', attempts] = restart.split(':');
	if (!policy && attempts !== undefined) {
		node.complain({
			code: 'DM4003',
			severity: 'warning',
			finding: 'the number of restarts is not carried into the mesh',
			remedy: 'devmesh waits longer from one restart to the next, and never gives up.',
		});
	}

	const wanted = policy ? restarts[policy] : Object.hasOwn(words, word) ? words[word] : undefined;
	if (wanted === undefined) {
		wrongValue(node, 'one of no, always, on-failure, unless-stopped');
		return 'no';
	}

	if (isJob && wanted === 'always') {
		node.complain({
			code: 'DM4003',
			severity: 'warning',
			finding: `others wait until ${service.name} has ended, so it is started again only after a failure`,
			remedy: 'Write restart: on-failure.',
		});
		return 'on-failure';
	}

	return wanted;
};

const words: Readonly<Record<string, VersionConfig['restart']>> = {
	no: 'no',
	// As YAML 1.1 reads it.
	false: 'no',
	always: 'always',
	'unless-stopped': 'always',
	'on-failure': 'on-failure',
};
