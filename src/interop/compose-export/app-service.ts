// The user's own container as a compose service, in the namespace of its pause.
import type {PodInstance} from '../../runtime/docker/pod-containers.ts';
import {duration, type Folders, literal, literals, literalValues, worthWriting} from './compose-text.ts';
import type {Grants} from './grants.ts';
import {dependsOn, healthcheck, healthPlace, isAwaited} from './health.ts';
import {type ExportedFile, pauseService} from './standalone-mesh.ts';
import {toBuild} from './to-build.ts';
import {toGranted, toMount} from './to-mounts.ts';

export interface AppServiceTools {
	readonly instances: readonly PodInstance[];
	readonly folders: Folders;
	readonly grants: Grants;
}

/** Gives the service, and the files that it needs beside the compose file. */
export const appService = (
	instance: PodInstance,
	{instances, folders, grants}: AppServiceTools,
): {readonly service: object; readonly files: readonly ExportedFile[]} => {
	const {id, container, env, resources, stopGraceMs} = instance;
	const granted = container.files.map((file, index) => toGranted(file, `files/${id}-${index + 1}`, folders, grants));
	const optional = (text: string | undefined) => (text === undefined ? undefined : literal(text));
	const service = {
		...imageOf(instance, {instances, folders, grants}),
		network_mode: `service:${pauseService(id)}`,
		...worthWriting({
			depends_on: dependsOn(instance, instances),
			platform: container.platform,
			entrypoint: container.entrypoint && literals(container.entrypoint),
			command: container.command && literals(container.command),
			user: optional(container.user),
			working_dir: optional(container.workingDir),
			environment: literalValues(env),
			labels: literalValues(container.labels),
			init: container.init,
			tty: container.tty,
			stdin_open: container.stdinOpen,
			read_only: container.readOnly,
			privileged: container.privileged,
			cap_add: container.capAdd,
			cap_drop: container.capDrop,
			devices: literals(container.devices),
			group_add: container.groupAdd,
			security_opt: literals(container.securityOpt),
			sysctls: sysctls(container.sysctls, false),
			shm_size: container.shmSize,
			pids_limit: container.pidsLimit,
			cpus: resources?.cpus,
			mem_limit: resources?.memory,
			volumes: container.mounts.map(mount => toMount(mount, folders)),
			secrets: granted.map(({entry}) => entry),
			healthcheck: healthPlace(instance) === 'app' ? healthcheck(instance, isAwaited(instance, instances)) : undefined,
			stop_signal: container.stopSignal,
		}),
		stop_grace_period: duration(stopGraceMs),
		restart: restarts[instance.restart],
	};
	return {service, files: granted.flatMap(({file}) => file ?? [])};
};

// By hand is by hand: `docker compose stop` holds over a restart of the engine.
const restarts = {always: 'unless-stopped', 'on-failure': 'on-failure', no: 'no'} as const;

/** Those of the namespace belong to its owner. */
export const sysctls = (
	all: Readonly<Record<string, string>>,
	isOfNetwork: boolean,
): Readonly<Record<string, string>> =>
	literalValues(Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith('net.') === isOfNetwork)));

const imageOf = ({id, service, container}: PodInstance, {instances, folders, grants}: AppServiceTools): object => {
	const {image, build, pull} = container;
	const policy = pull === 'missing' || (pull === 'build' && !build) ? {} : {pull_policy: pull};
	if (!build) {
		return {image: literal(image ?? ''), ...policy};
	}

	// Two builds at once that give their result one name fail in some engines, so the name is for the first instance.
	const isFirst = instances.find(other => other.service === service && other.container.image === image)?.id === id;
	return {
		...(image !== undefined && isFirst && {image: literal(image)}),
		build: toBuild(build, folders, grants),
		...(pull === 'build' && policy),
	};
};
