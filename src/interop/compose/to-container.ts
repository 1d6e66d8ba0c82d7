// Turns what a compose file says of a service into what the Docker runtime needs.
import {plainBuild, plainContainer} from '../../config/build-container.ts';
import type {BuildConfig, BuildSecret, ContainerConfig, PublishedPort} from '../../model/container-config.ts';
import {given} from './given.ts';
import {type ActiveService, type ComposeProject, lastNode} from './project.ts';
import type {KeyValues} from './readers.ts';
import {toFiles} from './to-files.ts';
import {toMounts} from './to-mounts.ts';

/** What only the sidecar's machine may reach, unless the file says otherwise. */
const loopback = '127.0.0.1';

export const toContainer = (service: ActiveService, project: ComposeProject): ContainerConfig => {
	const {fields} = service;
	return {
		...plainContainer,
		...given({
			image: fields.image,
			build: fields.build && toBuild(service, project),
			platform: fields.platform,
			entrypoint: fields.entrypoint,
			command: fields.command,
			user: fields.user,
			workingDir: fields.working_dir,
			stopSignal: fields.stop_signal,
			shmSize: fields.shm_size,
			pidsLimit: fields.deploy?.resources?.limits?.pids ?? fields.pids_limit,
		}),
		pull: toPull(service),
		init: fields.init ?? false,
		tty: fields.tty ?? false,
		stdinOpen: fields.stdin_open ?? false,
		readOnly: fields.read_only ?? false,
		privileged: fields.privileged ?? false,
		mounts: toMounts(service, project),
		files: toFiles(service, project),
		ports: (fields.ports ?? []).map(
			({target, published, hostIp = loopback, protocol}): PublishedPort => ({
				target,
				hostIp,
				protocol,
				...given({published}),
			}),
		),
		labels: filled(fields.labels),
		capAdd: fields.cap_add ?? [],
		capDrop: fields.cap_drop ?? [],
		devices: fields.devices ?? [],
		extraHosts: hostLines(fields.extra_hosts),
		groupAdd: fields.group_add ?? [],
		securityOpt: fields.security_opt ?? [],
		sysctls: filled(fields.sysctls),
	};
};

const toBuild = (service: ActiveService, project: ComposeProject): BuildConfig => {
	const {build = {}} = service.fields;
	const {variables} = project;
	return {
		...plainBuild(build.context ?? lastNode(service, 'build').folder),
		...given({
			dockerfile: build.dockerfile,
			dockerfileInline: build.dockerfile_inline,
			target: build.target,
			network: build.network,
			shmSize: build.shm_size,
		}),
		// An argument without a value has that of the environment.
		args: Object.fromEntries(
			Object.entries(build.args ?? {}).flatMap(([name, value]) => {
				const found = value ?? (Object.hasOwn(variables, name) ? variables[name] : undefined);
				return found === undefined ? [] : [[name, found] as const];
			}),
		),
		labels: filled(build.labels),
		additionalContexts: filled(build.additional_contexts),
		extraHosts: hostLines(build.extra_hosts),
		cacheFrom: build.cache_from ?? [],
		cacheTo: build.cache_to ?? [],
		platforms: build.platforms ?? [],
		secrets: (build.secrets ?? []).flatMap(use => toBuildSecret(use, service, project) ?? []),
		ssh: Object.entries(build.ssh ?? {}).map(([id, key]) => (key === null ? id : `${id}=${key}`)),
		tags: build.tags ?? [],
		noCache: build.no_cache ?? false,
		pull: build.pull ?? false,
	};
};

const toBuildSecret = (
	{source, id}: {readonly source: string; readonly id: string},
	service: ActiveService,
	{resources}: ComposeProject,
): BuildSecret | undefined => {
	const secret = Object.hasOwn(resources.secrets, source) ? resources.secrets[source] : undefined;
	return secret
		? {id, ...given({file: secret.file, variable: secret.environment})}
		: lastNode(service, 'build', 'secrets').complain({
				code: 'DM4001',
				finding: `there is no secret "${source}"`,
				remedy: 'Add it under secrets: at the top of the file.',
			});
};

const policies: Readonly<Record<string, ContainerConfig['pull']>> = {
	always: 'always',
	never: 'never',
	missing: 'missing',
	if_not_present: 'missing',
	build: 'build',
};

const toPull = (service: ActiveService): ContainerConfig['pull'] => {
	const policy = service.fields.pull_policy ?? 'missing';
	const known = Object.hasOwn(policies, policy) ? policies[policy] : undefined;
	if (known) {
		return known;
	}

	const isPeriodic = /^(daily|weekly|every_.+)$/.test(policy);
	lastNode(service, 'pull_policy').complain({
		code: isPeriodic ? 'DM4003' : 'DM4001',
		severity: isPeriodic ? 'warning' : 'error',
		finding: isPeriodic ? 'images are not pulled again after a time' : `there is no pull policy ${policy}`,
		remedy: 'Write always, never, missing or build.',
	});
	return 'missing';
};

const filled = (values: KeyValues | undefined): Readonly<Record<string, string>> =>
	Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, value ?? '']));

/** A host may have several addresses. */
const hostLines = (hosts: KeyValues | undefined): readonly string[] =>
	Object.entries(hosts ?? {}).flatMap(([name, addresses]) =>
		(addresses ?? '').split(',').map(address => `${name}:${address}`),
	);
