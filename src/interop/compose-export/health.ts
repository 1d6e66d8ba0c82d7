// How compose finds out whether an instance is ready, and who waits for whom.
import type {DependencyConfig, HealthConfig} from '../../model/mesh-config.ts';
import {bootstrapFile} from '../../runtime/docker/bootstrap-volume.ts';
import type {PodInstance} from '../../runtime/docker/pod-containers.ts';
import {defaultHealth} from '../../runtime/supervised-instance.ts';
import {duration, literal, literals} from './compose-text.ts';
import {sidecarService} from './standalone-mesh.ts';

/** Which container of a pod is asked for the app's health: its own by a command of the config, the sidecar over the network; undefined: nobody can tell. */
export const healthPlace = ({
	health = defaultHealth,
	job,
	pod,
	appPort,
}: PodInstance): 'app' | 'sidecar' | undefined => {
	if (job) {
		return undefined;
	}

	switch (health.probe.kind) {
		case 'command':
			return 'app';
		case 'http':
		case 'tcp':
			return pod.sidecar && appPort !== 0 ? 'sidecar' : undefined;
		case 'log':
			return undefined;
	}
};

export interface Healthcheck {
	readonly test: readonly string[];
	readonly interval: string;
	readonly timeout: string;
	readonly retries: number;
	readonly start_period: string;
}

// Node has to start, too, on a machine that may be busy.
const programStart = 4000;
// The engine asks for the first time after this span; whoever is waited for should not be noticed late.
const awaitedInterval = 1000;

export const healthcheck = (instance: PodInstance, isAwaited: boolean): Healthcheck => {
	const {health = defaultHealth} = instance;
	const {probe, intervalMs, timeoutMs, failures, startTimeoutMs} = health;
	const isCommand = probe.kind === 'command';
	return {
		test: isCommand ? commandTest(probe.command) : ['CMD', 'node', '/devmesh/ask.js', bootstrapFile],
		interval: duration(isAwaited ? Math.min(awaitedInterval, intervalMs) : intervalMs),
		timeout: duration(isCommand ? timeoutMs : timeoutMs + programStart),
		retries: failures,
		start_period: duration(startTimeoutMs),
	};
};

const commandTest = (command: Extract<HealthConfig['probe'], {kind: 'command'}>['command']): readonly string[] =>
	typeof command === 'string' ? ['CMD-SHELL', literal(command)] : ['CMD', ...literals(command)];

type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';
export type DependsOn = Readonly<Record<string, {readonly condition: Condition}>>;

/** What an app is started after: its sidecar, and all instances of the services that the config names. */
export const dependsOn = (instance: PodInstance, instances: readonly PodInstance[]): DependsOn =>
	Object.fromEntries([
		...(instance.pod.sidecar ? [[sidecarService(instance.id), {condition: 'service_started'}] as const] : []),
		...instance.dependsOn.flatMap(({service, condition}) =>
			instances.filter(other => other.service === service).map(other => dependency(other, condition)),
		),
	]);

const dependency = (
	other: PodInstance,
	condition: DependencyConfig['condition'],
): readonly [string, {readonly condition: Condition}] => {
	if (condition === 'completed') {
		return [other.id, {condition: 'service_completed_successfully'}];
	}

	const place = condition === 'healthy' ? healthPlace(other) : undefined;
	return place
		? [place === 'app' ? other.id : sidecarService(other.id), {condition: 'service_healthy'}]
		: [other.id, {condition: 'service_started'}];
};

/** Whether somebody is started only when this instance is healthy. */
export const isAwaited = ({service}: PodInstance, instances: readonly PodInstance[]): boolean =>
	instances.some(other => other.dependsOn.some(entry => entry.service === service && entry.condition === 'healthy'));
