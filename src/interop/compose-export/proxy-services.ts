// Pause, sidecar and gateway as compose services.
import {dnsAddress, type PodDoor, podPorts} from '../../model/pod.ts';
import {type PodInstance, podSettings} from '../../runtime/docker/pod-containers.ts';
import {sysctls} from './app-service.ts';
import {literal, literals, worthWriting} from './compose-text.ts';
import {healthcheck, healthPlace, isAwaited} from './health.ts';
import {gatewayService, pauseService, type StandaloneMesh} from './standalone-mesh.ts';

/** The network, in the file. */
export const networkName = 'mesh';

/** The namespace's owner: address, names, published ports, packet rules. */
export const pauseOf = (instance: PodInstance, {network}: StandaloneMesh): object => {
	const {id, pod, container} = instance;
	return {
		build: buildOf('proxy'),
		command: ['node', '/devmesh/pause.js'],
		hostname: id,
		user: '0',
		environment: {
			// Nobody dials its sidecar for control.
			DEVMESH_POD: literal(JSON.stringify({...podSettings(instance, network), openPorts: pod.inboundPorts})),
		},
		networks: {[networkName]: {ipv4_address: pod.address}},
		dns: [pod.nameServer ?? dnsAddress],
		...worthWriting({
			extra_hosts: [
				...(pod.sidecar ? Object.entries(pod.names) : []).map(([name, address]) => `${name}:${address}`),
				...literals(container.extraHosts.map(entry => entry.replace('=', ':'))),
			],
			ports: pod.doors.map(portOf),
			sysctls: sysctls(container.sysctls, true),
		}),
		cap_drop: ['ALL'],
		cap_add: ['NET_ADMIN', 'SETUID', 'SETGID'],
		...unprivileged,
	};
};

export const sidecarOf = (instance: PodInstance, {instances}: StandaloneMesh): object => ({
	build: buildOf('sidecar', instance.id),
	network_mode: `service:${pauseService(instance.id)}`,
	// Names that are none of the mesh are asked for through it.
	depends_on: {[gatewayService]: {condition: 'service_started'}},
	read_only: true,
	cap_drop: ['ALL'],
	...(healthPlace(instance) === 'sidecar' && {healthcheck: healthcheck(instance, isAwaited(instance, instances))}),
	...unprivileged,
});

export const gatewayOf = ({gateway}: StandaloneMesh): object => ({
	build: buildOf('sidecar', gatewayService),
	hostname: gatewayService,
	networks: {[networkName]: {ipv4_address: gateway.address}},
	...(gateway.ports && {
		ports: [
			`127.0.0.1:\${DEVMESH_HTTP_PORT:-${gateway.ports.http}}:${podPorts.gatewayHttp}`,
			...(gateway.ports.https === undefined
				? []
				: [`127.0.0.1:\${DEVMESH_HTTPS_PORT:-${gateway.ports.https}}:${podPorts.gatewayHttps}`]),
		],
	}),
	read_only: true,
	cap_drop: ['ALL'],
	...unprivileged,
});

const unprivileged = {
	security_opt: ['no-new-privileges'],
	logging: {driver: 'json-file', options: {'max-size': '10m', 'max-file': '2'}},
	restart: 'unless-stopped',
} as const;

/** A sidecar's image holds its snapshot, certificate and key. */
const buildOf = (target: 'proxy' | 'sidecar', sidecar?: string): object => ({
	context: '.',
	dockerfile: 'proxy/Dockerfile',
	target,
	args: {
		BASE: `\${DEVMESH_BASE_IMAGE:-node:26-slim}`,
		...(sidecar !== undefined && {SIDECAR: sidecar}),
	},
});

const portOf = ({port, protocol, published, hostIp}: PodDoor): string => {
	const address = hostIp.includes(':') ? `[${hostIp}]` : hostIp;
	return `${address}:${published ?? ''}:${port}${protocol === 'udp' ? '/udp' : ''}`;
};
