// The gateway's container: the ingress, and the one way between the host and the containers.
import {createHash} from 'node:crypto';
import type Dockerode from 'dockerode';
import type {Clock} from '../../common/clock.ts';
import type {Log} from '../../common/log.ts';
import {ms} from '../../common/units.ts';
import {podPorts} from '../../model/pod.ts';
import {gatewayBootstrapFile, putBootstrap, sidecarUser} from './bootstrap-volume.ts';
import type {ContainerEnds} from './container-ends.ts';
import {followLog, type LogFollower} from './follow-log.ts';
import {containerLabels, type MeshName} from './labels.ts';
import {type PodContext, proxyHostConfig} from './pod-containers.ts';
import {ignoreGone, ignoreStarted} from './status-code.ts';

export interface GatewayWish {
	/** Its address in the mesh's network. */
	readonly address: string;
	/** On 127.0.0.1 of the host; without an ingress the bridge alone. */
	readonly ports: {readonly bridge: number; readonly http?: number; readonly https?: number};
	/** JSON. */
	readonly bootstrap: string;
	/** Of the mesh's identities, PEM: one that was made under another root knows nobody any more. */
	readonly root: string;
}

export interface GatewayContainer {
	/** Makes it as wished; one that is so already stays. */
	readonly ensure: (wish: GatewayWish, context: PodContext) => Promise<void>;
	/** Removes it, with the ports that it publishes. */
	readonly remove: (mesh: MeshName) => Promise<void>;
	/** Looks whether one stands already, for `isKept`. */
	readonly find: (mesh: MeshName) => Promise<void>;
	/** Whether the ports that it publishes are held by it. */
	readonly isKept: () => boolean;
	/** Leaves it running. */
	readonly release: () => void;
}

export interface GatewayTools {
	readonly docker: Dockerode;
	readonly ends: ContainerEnds;
	readonly clock: Clock;
	readonly log: Log;
	readonly logFile: string;
	/** It runs again. */
	readonly onStarted: () => void;
}

const digestLabel = 'dev.devmesh.digest';

export const gatewayName = (mesh: {readonly id: string}): string => `${mesh.id}-gateway`;

/** Creates the keeper; nothing runs before `ensure`. */
export const createGatewayContainer = (tools: GatewayTools): GatewayContainer => {
	const {docker, ends, clock, log, logFile, onStarted} = tools;
	let life = new AbortController();
	let kept: string | undefined;
	let isStanding = false;
	let follower: LogFollower | undefined;

	const keep = async (container: Dockerode.Container, signal: AbortSignal): Promise<void> => {
		let pause = 0;
		while (!signal.aborted) {
			const begunAt = clock.now();
			const {description} = await ends.of(container, signal);
			log.write('warn', 'the gateway was lost', {reason: description});
			pause = clock.now() - begunAt > 5000 ? 0 : Math.min(5000, Math.max(50, pause * 2));
			await clock.sleep(ms(pause), signal);
			try {
				await container.start().catch(ignoreStarted);
				follower = await followLog(container, logFile, {tty: false, since: new Date(clock.wall()).toISOString()});
				onStarted();
			} catch (error) {
				log.write('error', 'the gateway could not be started again', {error: String(error)});
			}
		}
	};

	const watch = (container: Dockerode.Container): void => {
		life = new AbortController();
		const {signal} = life;
		keep(container, signal).catch((error: unknown) => {
			if (!signal.aborted) {
				kept = undefined;
				log.write('error', 'the gateway could not be started again', {error: String(error)});
			}
		});
	};

	return {
		ensure: async (wish, context) => {
			const root = createHash('sha256').update(wish.root).digest('hex').slice(0, 16);
			const digest = JSON.stringify([wish.address, wish.ports, context.proxyImage, root]);
			if (kept === digest) {
				return;
			}

			const container = docker.getContainer(gatewayName(context.mesh));
			const known = await container.inspect().catch(ignoreGone);
			if (known?.State.Running && known.Config.Labels[digestLabel] === digest) {
				follower = await followLog(container, logFile, {tty: false, since: new Date(clock.wall()).toISOString()});
			} else {
				life.abort();
				await container.remove({force: true, v: true}).catch(ignoreGone);
				await docker.createContainer(gatewayOptions(wish, context, digest));
				await putBootstrap(container, gatewayBootstrapFile, wish.bootstrap);
				await container.start();
				follower = await followLog(container, logFile, {tty: false});
			}

			kept = digest;
			watch(container);
			onStarted();
		},
		remove: async mesh => {
			life.abort();
			follower?.close();
			kept = undefined;
			isStanding = false;
			await docker.getContainer(gatewayName(mesh)).remove({force: true, v: true}).catch(ignoreGone);
		},
		find: async mesh => {
			isStanding = (await docker.getContainer(gatewayName(mesh)).inspect().catch(ignoreGone))?.State.Running === true;
		},
		isKept: () => kept !== undefined || isStanding,
		release: () => {
			life.abort();
			follower?.close();
		},
	};
};

const gatewayOptions = (
	{address, ports}: GatewayWish,
	{mesh, proxyImage}: PodContext,
	digest: string,
): Dockerode.ContainerCreateOptions => {
	const published = [
		[podPorts.bridge, ports.bridge],
		[podPorts.gatewayHttp, ports.http],
		[podPorts.gatewayHttps, ports.https],
	].flatMap(([inside, host]) => (host === undefined ? [] : [[`${inside}/tcp`, String(host)] as const]));
	return {
		name: gatewayName(mesh),
		Image: proxyImage,
		Cmd: ['node', '/devmesh/pod.js', gatewayBootstrapFile],
		Hostname: 'gateway',
		User: `${sidecarUser}:${sidecarUser}`,
		Labels: {...containerLabels(mesh, 'gateway'), [digestLabel]: digest},
		ExposedPorts: Object.fromEntries(published.map(([inside]) => [inside, {}])),
		HostConfig: {
			...proxyHostConfig(mesh),
			NetworkMode: mesh.id,
			PortBindings: Object.fromEntries(
				published.map(([inside, host]) => [inside, [{HostIp: '127.0.0.1', HostPort: host}]]),
			),
		},
		NetworkingConfig: {EndpointsConfig: {[mesh.id]: {IPAMConfig: {IPv4Address: address}}}},
	};
};
