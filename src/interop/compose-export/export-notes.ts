// What an exported mesh does otherwise than a running one, instance by instance, in words.
import path from 'node:path';
import type {BuildConfig, ContainerConfig} from '../../model/container-config.ts';
import type {PodInstance} from '../../runtime/docker/pod-containers.ts';
import {type Folders, isWithin} from './compose-text.ts';
import {healthPlace} from './health.ts';
import type {StandaloneMesh} from './standalone-mesh.ts';

/** Gives one sentence for each; what holds for several instances of a service is said once. */
export const exportNotes = ({instances}: StandaloneMesh, folders: Folders): readonly string[] => [
	...new Set(
		instances.flatMap(instance => [
			...sidecarNotes(instance),
			...waitingNotes(instance, instances),
			...pathNotes(instance, folders),
			...contextNotes(instance, folders),
		]),
	),
];

const sidecarNotes = ({service, pod}: PodInstance): readonly string[] =>
	pod.sidecar
		? []
		: [`${service} has no sidecar: it can be called, and calls in plain text, which services with strict mTLS refuse`];

const waitingNotes = (instance: PodInstance, instances: readonly PodInstance[]): readonly string[] =>
	instance.dependsOn
		.filter(({condition}) => condition === 'healthy')
		.filter(({service}) => instances.some(other => other.service === service && healthPlace(other) === undefined))
		.map(
			({service}) =>
				`${instance.service} starts with ${service}, not after it is healthy: compose cannot ask for a line of its log, nor a port that no sidecar stands at`,
		);

const pathNotes = ({service, container}: PodInstance, {project}: Folders): readonly string[] =>
	pathsOf(container)
		.filter(file => path.isAbsolute(file) && !isWithin(file, project))
		.map(file => `${service} needs ${file}, which lies outside the project: another machine must have it, too`);

const pathsOf = ({mounts, files, build}: ContainerConfig): readonly string[] => [
	...mounts.flatMap(mount => (mount.kind === 'bind' ? [mount.source] : [])),
	...files.flatMap(({source}) => (source.kind === 'file' ? [source.path] : [])),
	...(build ? [build.context] : []),
];

const contextNotes = ({service, container}: PodInstance, {out}: Folders): readonly string[] =>
	container.build && hasInContext(container.build, out)
		? [
				`the keys in ${out} lie in the folder that ${service} is built of: name it in its .dockerignore, or a \`COPY . .\` takes them along`,
			]
		: [];

const hasInContext = ({context}: BuildConfig, out: string): boolean =>
	path.isAbsolute(context) && isWithin(out, context);
