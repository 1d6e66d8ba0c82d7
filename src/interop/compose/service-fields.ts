// Every key of a compose service: how it is read, and how files that say it are merged. A new key is one line.
// Source: compose specification, "Services top-level elements" and "Merge Compose files".
import path from 'node:path';
import {appended, byName, type Field, fieldsOf, nested, replaced, type ValuesOf} from './read-fields.ts';
import {readMounts, readTmpfs} from './read-mount.ts';
import {isGroup, type Reader, type ReadNode} from './read-node.ts';
import {readExposed, readPorts} from './read-port.ts';
import {
	count,
	cpus,
	duration,
	flag,
	groupOf,
	type KeyValues,
	keyValues,
	limit,
	listOf,
	oneOf,
	size,
	text,
	texts,
	words,
	wrongValue,
} from './readers.ts';

const filePath: Reader<string> = node => {
	const written = text(node);
	return written === undefined ? undefined : path.resolve(node.folder, written);
};

// A context may be the address of a repository.
const context: Reader<string> = node => {
	const written = text(node);
	return written !== undefined && /^(https?|ssh|git):\/\/|^git@|^docker-image:\/\//.test(written)
		? written
		: filePath(node);
};

// `name:address` and `name=address` mean the same.
const extraHosts: Reader<KeyValues> = node => {
	if (isGroup(node.value)) {
		return Object.fromEntries(
			Object.keys(node.value).map(name => [name, (texts(node.at(name)) ?? []).join(',')] as const),
		);
	}

	return Object.fromEntries(
		(texts(node) ?? []).map(entry => {
			const [, name = entry, address = ''] = /^([^=:]+)[=:](.*)$/.exec(entry) ?? [];
			return [name, address];
		}),
	);
};

// Other contexts may be folders, repositories, images or services.
const contexts: Reader<KeyValues> = node => {
	const written = keyValues(node);
	return (
		written &&
		Object.fromEntries(
			Object.entries(written).map(([name, value]) => [
				name,
				value === null || /^(https?|ssh|git|docker-image|oci-layout|service|target):|^git@/.test(value)
					? value
					: path.resolve(node.folder, value),
			]),
		)
	);
};

const buildSecret = (node: ReadNode) => {
	const source = isGroup(node.value) ? text(node.at('source')) : text(node);
	const id = isGroup(node.value) ? text(node.at('target')) : undefined;
	return source === undefined ? undefined : {source, id: id ?? source};
};

const device: Reader<string> = node =>
	isGroup(node.value)
		? [text(node.at('source')), text(node.at('target')) ?? text(node.at('source')), text(node.at('permissions'))]
				.filter(part => part !== undefined)
				.join(':')
		: text(node);

const build = nested(
	{
		context: replaced(context),
		dockerfile: replaced(text),
		dockerfile_inline: replaced(text),
		target: replaced(text),
		args: byName(keyValues),
		labels: byName(keyValues),
		additional_contexts: byName(contexts),
		extra_hosts: byName(extraHosts),
		cache_from: appended(texts),
		cache_to: appended(texts),
		platforms: appended(texts),
		secrets: appended(listOf(buildSecret), ({id}) => id),
		ssh: byName(keyValues),
		tags: appended(texts),
		network: replaced(text),
		no_cache: replaced(flag),
		pull: replaced(flag),
		shm_size: replaced(size),
	},
	{
		short: node => ({context: context(node) ?? node.folder}),
		uncarried: {
			isolation: 'It is for Windows containers.',
			privileged: 'Builds run without privileges.',
			entitlements: 'Builds run without entitlements.',
			ulimits: 'Builds run with the limits of the engine.',
			provenance: 'Images are built for this machine alone.',
			sbom: 'Images are built for this machine alone.',
			no_cache_filter: 'Use no_cache.',
		},
	},
);

const healthcheck = nested({
	test: replaced<readonly string[]>(node => (typeof node.value === 'string' ? ['CMD-SHELL', node.value] : texts(node))),
	interval: replaced(duration),
	timeout: replaced(duration),
	retries: replaced(count),
	start_period: replaced(duration),
	start_interval: replaced(duration),
	disable: replaced(flag),
});

const dependency = fieldsOf(
	{
		condition: replaced(oneOf('service_started', 'service_healthy', 'service_completed_successfully')),
		required: replaced(flag),
	},
	{restart: 'A service outlives a restart of what it calls: its sidecar connects again.'},
);

type Dependencies = Readonly<Record<string, NonNullable<ReturnType<typeof dependency>>>>;

const dependsOn: Reader<Dependencies> = node =>
	isGroup(node.value)
		? groupOf(dependency)(node)
		: Object.fromEntries((texts(node) ?? []).map(service => [service, {condition: 'service_started'}]));

/** A secret or a config that a service is given as a file. */
export interface FileGrant {
	/** Its name in the file. */
	readonly source: string;
	/** Absolute, or a name within `/run/secrets`. Default: the source's name. */
	readonly target?: string;
	readonly uid?: string;
	readonly gid?: string;
	/** Such as `0440`. */
	readonly mode?: string;
}

const longGrant = fieldsOf({
	source: replaced(text),
	target: replaced(text),
	uid: replaced(text),
	gid: replaced(text),
	mode: replaced(text),
});

const grants: Field<readonly FileGrant[]> = appended(
	listOf(node => {
		const {source, ...rest} = isGroup(node.value) ? (longGrant(node) ?? {}) : {source: text(node)};
		return source === undefined ? undefined : {source, ...rest};
	}),
	({source, target = source}) => target,
);

const amounts = nested(
	{cpus: replaced(cpus), memory: replaced(size), pids: replaced(limit)},
	{uncarried: {devices: 'Graphics processors are not handed over.', generic_resources: 'There is one machine here.'}},
);

const restarts = 'devmesh waits longer from one restart to the next, and never gives up.';
const swarm = 'It is for swarms of machines; there is one machine here.';

const deployMode: Reader<string> = node => {
	const mode = text(node);
	return mode === undefined || mode === 'replicated'
		? mode
		: node.complain({
				code: 'DM4003',
				severity: 'warning',
				finding: `the mode ${mode} is not carried into the mesh`,
				remedy: swarm,
			});
};

const deploy = nested(
	{
		replicas: replaced(count),
		resources: nested({limits: amounts, reservations: amounts}),
		restart_policy: nested(
			{condition: replaced(oneOf('none', 'on-failure', 'any'))},
			{uncarried: {delay: restarts, max_attempts: restarts, window: restarts}},
		),
		labels: byName(keyValues),
		mode: replaced(deployMode),
	},
	{uncarried: {placement: swarm, update_config: swarm, rollback_config: swarm, endpoint_mode: swarm}},
);

/** A file of variables for the app. */
export interface EnvFileUse {
	/** Absolute. */
	readonly file: string;
	readonly required: boolean;
	/** Raw: nothing in it is unquoted or filled in. */
	readonly isRaw: boolean;
	readonly node: ReadNode;
}

const longEnvFile = fieldsOf({
	path: replaced(filePath),
	required: replaced(flag),
	format: replaced(oneOf('raw', 'dotenv')),
});

const envFile = listOf((node): EnvFileUse | undefined => {
	const {
		path: file,
		required = true,
		format,
	} = isGroup(node.value) ? (longEnvFile(node) ?? {}) : {path: filePath(node)};
	return file === undefined ? undefined : {file, required, isRaw: format === 'raw', node};
});

const ownNamespace = 'Each instance has a network of its own, beside its sidecar.';

const networkUse = fieldsOf(
	{aliases: appended(texts)},
	{
		ipv4_address: 'Services find each other by name.',
		ipv6_address: 'Services find each other by name.',
		priority: 'A service of a mesh has one network.',
		gw_priority: 'A service of a mesh has one network.',
		interface_name: 'A service of a mesh has one network.',
		link_local_ips: 'Services find each other by name.',
		mac_address: ownNamespace,
		driver_opts: 'The network of the mesh is its own.',
	},
);

const networks: Reader<Readonly<Record<string, readonly string[]>>> = node =>
	isGroup(node.value)
		? Object.fromEntries(Object.keys(node.value).map(name => [name, networkUse(node.at(name))?.aliases ?? []] as const))
		: Object.fromEntries((texts(node) ?? []).map(name => [name, []]));

export const serviceFields = {
	image: replaced(text),
	build,
	platform: replaced(text),
	pull_policy: replaced(text),
	command: replaced(words),
	entrypoint: replaced(words),
	environment: byName(keyValues),
	env_file: appended(envFile, ({file}) => file),
	ports: appended(readPorts, port => JSON.stringify(port)),
	expose: appended(readExposed, ({target, protocol}) => `${target}/${protocol}`),
	volumes: appended(readMounts, ({target}) => target.replace(/(?<=.)\/+$/, '')),
	tmpfs: appended(readTmpfs, ({target}) => target),
	secrets: grants,
	configs: grants,
	depends_on: byName(dependsOn),
	links: appended(texts),
	healthcheck,
	deploy,
	networks: byName(networks),
	profiles: appended(texts),
	restart: replaced(text),
	scale: replaced(count),
	stop_grace_period: replaced(duration),
	stop_signal: replaced(text),
	init: replaced(flag),
	tty: replaced(flag),
	stdin_open: replaced(flag),
	user: replaced(text),
	working_dir: replaced(text),
	container_name: replaced(text),
	labels: byName(keyValues),
	cap_add: appended(texts),
	cap_drop: appended(texts),
	devices: appended(listOf(device)),
	extra_hosts: byName(extraHosts),
	group_add: appended(texts),
	read_only: replaced(flag),
	security_opt: appended(texts),
	shm_size: replaced(size),
	sysctls: byName(keyValues),
	privileged: replaced(flag),
	cpus: replaced(cpus),
	mem_limit: replaced(size),
	pids_limit: replaced(limit),
};

export type ComposeService = ValuesOf<typeof serviceFields>;

const sidecarAnswers = 'The sidecar answers for names, and asks the machine for those outside the mesh.';

/** The service that another one is to start from. */
export interface Extension {
	readonly service: string;
	/** Absolute. Default: the same file. */
	readonly file?: string;
}

const longExtension = fieldsOf({service: replaced(text), file: replaced(filePath)});

const extension: Reader<Extension> = node => {
	const {service, file} = isGroup(node.value) ? (longExtension(node) ?? {}) : {service: text(node)};
	return service === undefined
		? wrongValue(node, 'a service, such as { file: base.yaml, service: web }')
		: {service, ...(file !== undefined && {file})};
};

/** Reads what one file says of a service; `extends` is the project's to follow. */
export const readService = fieldsOf(
	{...serviceFields, extends: replaced(extension)},
	{
		network_mode: ownNamespace,
		mac_address: ownNamespace,
		external_links: 'Name such a service under services: with external:.',
		pid: 'Each container has its own processes.',
		ipc: 'Each container has its own shared memory.',
		uts: 'Each instance has its own host name.',
		userns_mode: 'The engine decides it for all containers.',
		cgroup: 'The engine decides it for all containers.',
		cgroup_parent: 'The engine decides it for all containers.',
		isolation: 'It is for Windows containers.',
		credential_spec: 'It is for Windows containers.',
		volumes_from: 'Give both services the same named volume.',
		develop: 'devmesh does not watch sources; rebuild with `devmesh up --build`.',
		provider: 'Only containers and local processes are run.',
		models: 'Only containers and local processes are run.',
		post_start: 'Use a job that depends on the service.',
		pre_stop: 'Handle the stop signal in the app.',
		gpus: 'Graphics processors are not handed over.',
		blkio_config: 'Disks are not limited.',
		cpu_count: 'Use cpus.',
		cpu_percent: 'Use cpus.',
		cpu_shares: 'Use cpus.',
		cpu_period: 'Use cpus.',
		cpu_quota: 'Use cpus.',
		cpuset: 'Use cpus.',
		mem_swappiness: 'Use mem_limit.',
		memswap_limit: 'Use mem_limit.',
		oom_kill_disable: 'Use mem_limit.',
		oom_score_adj: 'Use mem_limit.',
		annotations: 'Use labels.',
		attach: 'See the output with `devmesh logs`.',
		storage_opt: 'The engine decides it for all containers.',
		device_cgroup_rules: 'Use devices.',
		label_file: 'Use labels.',
		hostname: 'Each instance is named after its service and its number.',
		dns: sidecarAnswers,
		dns_search: sidecarAnswers,
		dns_opt: sidecarAnswers,
		domainname: sidecarAnswers,
		mem_reservation: 'Use mem_limit.',
		runtime: "Containers run by the engine's default runtime.",
		logging: 'See the output with `devmesh logs`.',
		ulimits: 'Containers run with the limits of the engine.',
		cpu_rt_runtime: 'Use cpus.',
		cpu_rt_period: 'Use cpus.',
		use_api_socket: "Mount the engine's socket.",
	},
);
