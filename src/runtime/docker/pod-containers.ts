// What the engine is told of a pod's three containers. Pure: same instance, same settings.
import type Dockerode from 'dockerode';
import type {ContainerConfig, MountConfig} from '../../model/container-config.ts';
import type {DesiredInstance} from '../../model/desired-state.ts';
import {type ContainerNetwork, dnsAddress, type PodConfig, podPorts} from '../../model/pod.ts';
import {bootstrapFile, bootstrapMount, sidecarUser} from './bootstrap-volume.ts';
import {containerLabels, type MeshName} from './labels.ts';
import {volumeName} from './mesh-volumes.ts';
import {podRules} from './pod-rules.ts';
import type {PodSettings} from './pod-settings.ts';

/** An instance that runs in containers. */
export interface PodInstance extends DesiredInstance {
	readonly container: ContainerConfig;
	readonly pod: PodConfig;
}

export interface PodContext {
	readonly mesh: MeshName;
	readonly network: ContainerNetwork;
	/** The image of pause and sidecar. */
	readonly proxyImage: string;
}

export const appName = ({id}: Pick<MeshName, 'id'>, instance: string): string => `${id}-${instance}`;
export const pauseName = (mesh: MeshName, instance: string): string => `${appName(mesh, instance)}-pause`;
export const sidecarName = (mesh: MeshName, instance: string): string => `${appName(mesh, instance)}-sidecar`;

/** What a pause prints once its packet rules are in place. */
export const pauseIsReady = '{"pause":"ready"}';

const noRestart = {Name: 'no'} as const;
// The engine's own rotation; devmesh keeps what it has read.
const logs = {Type: 'json-file', Config: {'max-size': '10m', 'max-file': '2'}} as const;

/** The namespace's owner: address, names, published ports, packet rules. */
export const pauseOptions = (
	instance: PodInstance,
	{mesh, network, proxyImage}: PodContext,
): Dockerode.ContainerCreateOptions => {
	const {pod, container} = instance;
	const settings = podSettings(instance, network);
	const published = pod.doors.map(door => [`${door.port}/${door.protocol}`, door] as const);
	return {
		name: pauseName(mesh, instance.id),
		Image: proxyImage,
		Cmd: ['sh', '/devmesh/pause.sh', String(sidecarUser)],
		Hostname: instance.id,
		User: '0',
		Env: [`DEVMESH_RULES=${podRules(settings)}`, `DEVMESH_POD=${JSON.stringify(settings)}`],
		Labels: containerLabels(mesh, 'pause', instance),
		ExposedPorts: Object.fromEntries(published.map(([name]) => [name, {}])),
		HostConfig: {
			NetworkMode: mesh.id,
			CapDrop: ['ALL'],
			CapAdd: ['NET_ADMIN', 'SETUID', 'SETGID'],
			SecurityOpt: ['no-new-privileges'],
			RestartPolicy: noRestart,
			LogConfig: logs,
			Sysctls: Object.fromEntries(Object.entries(container.sysctls).filter(([name]) => isOfNetwork(name))),
			PortBindings: Object.fromEntries(
				published.map(([name, {published: port = '', hostIp}]) => [name, [{HostIp: hostIp, HostPort: port}]]),
			),
			Dns: [pod.nameServer ?? dnsAddress],
			ExtraHosts: [
				...(pod.sidecar ? Object.entries(pod.names) : []).map(([name, address]) => `${name}:${address}`),
				...container.extraHosts.map(entry => entry.replace('=', ':')),
			],
		},
		NetworkingConfig: {EndpointsConfig: {[mesh.id]: {IPAMConfig: {IPv4Address: pod.address}}}},
	};
};

/** What the pause program makes its packet rules of. */
export const podSettings = (
	{pod}: PodInstance,
	{subnet, gateway, subnet6, gateway6}: ContainerNetwork,
): PodSettings => ({
	capturePorts: pod.capturePorts,
	openPorts: [...pod.inboundPorts, podPorts.control],
	plainPorts: pod.plainPorts,
	...(pod.nameServer !== undefined && {nameServer: pod.nameServer}),
	hostDoors: pod.doors.filter(({protocol}) => protocol === 'tcp').map(({port}) => port),
	udpPorts: pod.doors.filter(({protocol}) => protocol === 'udp').map(({port}) => port),
	meshUdpPorts: pod.udpPorts,
	gateway: {v4: gateway, ...(gateway6 !== undefined && {v6: gateway6})},
	subnets: {v4: subnet, ...(subnet6 !== undefined && {v6: subnet6})},
	isolate: pod.sidecar,
	user: sidecarUser,
});

/** The proxy beside the app: no privileges, nothing to write to. */
export const sidecarOptions = (
	instance: PodInstance,
	{mesh, proxyImage}: PodContext,
): Dockerode.ContainerCreateOptions => ({
	name: sidecarName(mesh, instance.id),
	Image: proxyImage,
	Cmd: ['node', '/devmesh/pod.js', bootstrapFile],
	User: `${sidecarUser}:${sidecarUser}`,
	Labels: containerLabels(mesh, 'sidecar', instance),
	HostConfig: {
		...proxyHostConfig(mesh),
		NetworkMode: `container:${pauseName(mesh, instance.id)}`,
	},
});

export const proxyHostConfig = (mesh: Pick<MeshName, 'id'>) =>
	({
		ReadonlyRootfs: true,
		CapDrop: ['ALL'],
		SecurityOpt: ['no-new-privileges'],
		RestartPolicy: noRestart,
		LogConfig: logs,
		Mounts: [bootstrapMount(mesh)],
	}) satisfies Dockerode.HostConfig;

/** The user's own container, in the namespace of the pause. */
export const appOptions = (
	instance: PodInstance,
	image: string,
	{mesh}: Pick<PodContext, 'mesh'>,
): Dockerode.ContainerCreateOptions => {
	const {container, env, resources, stopGraceMs} = instance;
	return {
		name: appName(mesh, instance.id),
		Image: image,
		Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
		Labels: {...container.labels, ...containerLabels(mesh, 'app', instance)},
		Tty: container.tty,
		OpenStdin: container.stdinOpen,
		StopTimeout: Math.ceil(stopGraceMs / 1000),
		// devmesh asks by itself.
		Healthcheck: {Test: ['NONE']},
		...(container.platform !== undefined && {platform: container.platform}),
		...(container.entrypoint && {Entrypoint: [...container.entrypoint]}),
		...(container.command && {Cmd: [...container.command]}),
		...(container.user !== undefined && {User: container.user}),
		...(container.workingDir !== undefined && {WorkingDir: container.workingDir}),
		...(container.stopSignal !== undefined && {StopSignal: container.stopSignal}),
		HostConfig: {
			NetworkMode: `container:${pauseName(mesh, instance.id)}`,
			RestartPolicy: noRestart,
			LogConfig: logs,
			Init: container.init,
			ReadonlyRootfs: container.readOnly,
			Privileged: container.privileged,
			CapAdd: [...container.capAdd],
			CapDrop: [...container.capDrop],
			GroupAdd: [...container.groupAdd],
			SecurityOpt: [...container.securityOpt],
			Devices: container.devices.map(readDevice),
			Sysctls: Object.fromEntries(Object.entries(container.sysctls).filter(([name]) => !isOfNetwork(name))),
			Mounts: container.mounts.map(mount => mountOf(mount, mesh)),
			...(container.shmSize !== undefined && {ShmSize: container.shmSize}),
			...(container.pidsLimit !== undefined && {PidsLimit: container.pidsLimit}),
			...(resources?.cpus !== undefined && {NanoCpus: Math.round(resources.cpus * 1e9)}),
			...(resources?.memory !== undefined && {Memory: resources.memory}),
		},
	};
};

// These belong to the namespace, so its owner has them.
const isOfNetwork = (sysctl: string): boolean => sysctl.startsWith('net.');

const readDevice = (written: string): Dockerode.DeviceMapping => {
	const [host = '', inside = host, permissions = 'rwm'] = written.split(':');
	return {PathOnHost: host, PathInContainer: inside, CgroupPermissions: permissions};
};

const mountOf = (mount: MountConfig, mesh: MeshName): Dockerode.MountConfig[number] => {
	switch (mount.kind) {
		case 'bind':
			return {Type: 'bind', Source: mount.source, Target: mount.target, ReadOnly: mount.readOnly};
		case 'volume':
			return {
				Type: 'volume',
				Source: mount.source ? volumeName(mesh, mount.source) : '',
				Target: mount.target,
				ReadOnly: mount.readOnly,
			};
		case 'tmpfs':
			return {
				Type: 'tmpfs',
				Source: '',
				Target: mount.target,
				...(mount.size !== undefined && {TmpfsOptions: {SizeBytes: mount.size, Mode: 0o1777}}),
			};
	}
};
