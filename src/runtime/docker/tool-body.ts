// A tool as one container in the mesh's network: no pod, since nobody calls it as a service, and the pods let nobody in who is no sidecar.
import {readFile} from 'node:fs/promises';
import type Dockerode from 'dockerode';
import type {Clock} from '../../common/clock.ts';
import type {ContainerConfig, FileConfig} from '../../model/container-config.ts';
import type {DesiredInstance, ToolContainer} from '../../model/desired-state.ts';
import type {HealthConfig} from '../../model/mesh-config.ts';
import type {InstanceBody} from '../instance-body.ts';
import {probe} from '../probe.ts';
import type {ContainerEnds} from './container-ends.ts';
import {followLog, type LogFollower} from './follow-log.ts';
import {containerLabels, type MeshName} from './labels.ts';
import {appName} from './pod-containers.ts';
import {putFiles} from './put-files.ts';
import {ignoreGone} from './status-code.ts';

/** A tool that runs in a container. */
export interface ToolInstance extends DesiredInstance {
	readonly container: ContainerConfig;
	readonly tool: ToolContainer;
}

export interface ToolBodyTools {
	readonly docker: Dockerode;
	readonly mesh: MeshName;
	readonly ends: ContainerEnds;
	readonly clock: Clock;
	readonly logFile: string;
	/** Finds or pulls the image. Throws MeshError. */
	readonly imageOf: (instance: ToolInstance) => Promise<string>;
}

/** Creates the body; nothing runs yet. */
export const createToolBody = (instance: ToolInstance, health: HealthConfig, tools: ToolBodyTools): InstanceBody => {
	const {docker, mesh, ends, clock, logFile} = tools;
	const container = docker.getContainer(appName(mesh, instance.id));
	let life = new AbortController();
	let follower: LogFollower | undefined;
	const remove = (): Promise<void> => container.remove({force: true, v: true}).catch(ignoreGone);

	return {
		start: async () => {
			const image = await tools.imageOf(instance);
			await remove();
			life = new AbortController();
			try {
				await docker.createContainer(toolOptions(instance, image, mesh));
				await putFiles(container, '/', await Promise.all(instance.container.files.map(readWhole)));
				await container.start();
				follower = await followLog(container, logFile, {tty: false});
				const {State} = await container.inspect();
				return {
					record: {pid: State.Pid, startTime: State.StartedAt, logStart: follower.start},
					exit: ends.of(container, life.signal, State.StartedAt),
				};
			} catch (error) {
				await remove().catch(() => {});
				throw error;
			}
		},
		awaitExit: async ({startTime}, signal) => {
			follower = await followLog(container, logFile, {tty: false, since: new Date(clock.wall()).toISOString()});
			return ends.of(container, signal, startTime);
		},
		ask: logStart =>
			probe(health.probe, {
				port: instance.appPort,
				workdir: instance.workdir,
				env: {},
				logFile,
				logStart,
				timeoutMs: health.timeoutMs,
				clock,
			}),
		clear: remove,
		stop: async () => {
			life.abort();
			await container.stop({t: Math.ceil(instance.stopGraceMs / 1000)}).catch(ignoreGone);
			await remove();
			await follower?.done;
		},
		release: () => {
			life.abort();
			follower?.close();
		},
	};
};

const toolOptions = (
	{id, service, container, tool, env}: ToolInstance,
	image: string,
	mesh: MeshName,
): Dockerode.ContainerCreateOptions => ({
	name: appName(mesh, id),
	Image: image,
	...(container.command && {Cmd: [...container.command]}),
	Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
	Hostname: id,
	Labels: containerLabels(mesh, 'tool', {id, service}),
	Healthcheck: {Test: ['NONE']},
	ExposedPorts: Object.fromEntries(tool.published.map(({inside}) => [`${inside}/tcp`, {}])),
	HostConfig: {
		NetworkMode: mesh.id,
		RestartPolicy: {Name: 'no'},
		LogConfig: {Type: 'json-file', Config: {}},
		CapDrop: [...container.capDrop],
		SecurityOpt: [...container.securityOpt],
		PortBindings: Object.fromEntries(
			tool.published.map(({inside, port}) => [`${inside}/tcp`, [{HostIp: '127.0.0.1', HostPort: String(port)}]]),
		),
	},
	NetworkingConfig: {EndpointsConfig: {[mesh.id]: {IPAMConfig: {IPv4Address: tool.address}}}},
});

const readWhole = async ({target, source}: FileConfig) => ({
	path: target,
	content: source.kind === 'file' ? await readFile(source.path) : source.kind === 'text' ? source.text : '',
	// Its own user is the image's business, and nobody else is in its container.
	mode: 0o444,
	uid: 0,
	gid: 0,
});
