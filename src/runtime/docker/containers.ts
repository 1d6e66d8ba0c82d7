// The containers of one mesh: network, gateway and pods, made when the first of them is wanted.
import type {Clock} from '../../common/clock.ts';
import type {Log} from '../../common/log.ts';
import type {MeshError} from '../../common/mesh-error.ts';
import type {ContainerConfig} from '../../model/container-config.ts';
import type {DesiredInstance} from '../../model/desired-state.ts';
import type {HealthConfig} from '../../model/mesh-config.ts';
import type {ContainerUsage} from '../../model/mesh-status.ts';
import type {ContainerNetwork} from '../../model/pod.ts';
import type {InstanceBody} from '../instance-body.ts';
import type {InstanceRecord} from '../instance-record.ts';
import {createSidecarBootstrap} from './bootstrap-volume.ts';
import {connectEngine, type Engine} from './connect-engine.ts';
import {type ContainerEnds, createContainerEnds} from './container-ends.ts';
import {createUsageWatch, type UsageWatch} from './container-usage.ts';
import {asFullDisk} from './engine-errors.ts';
import {createGatewayContainer, type GatewayContainer, type GatewayWish} from './gateway-container.ts';
import {ensureImage, type ImageTools, imageName} from './images/ensure-image.ts';
import {exposedPorts} from './images/exposed-ports.ts';
import {ensureProxyImage} from './images/proxy-image.ts';
import {instanceLabel, type MeshName} from './labels.ts';
import {ensureNetwork} from './mesh-network.ts';
import {createPodBody, type PodTools} from './pod-body.ts';
import {appName, type PodContext, type PodInstance} from './pod-containers.ts';
import {listContainers, removeContainers, removeMesh} from './remove-mesh.ts';
import {createToolBody, type ToolInstance} from './tool-body.ts';

export interface ContainersOptions {
	readonly mesh: MeshName;
	readonly clock: Clock;
	readonly log: Log;
	/** The user's own: where the engine is, and what secrets come from. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** The folder of the sidecar's bundled programs. */
	readonly programs: string;
	/** The file of the template for their image. */
	readonly dockerfile: string;
	/** What the image of pause and sidecar stands on. */
	readonly baseImage: string;
	/** Of pauses, sidecars and the gateway. */
	readonly proxyLogFile: string;
	/** Told of the engine before anything is made in it. */
	readonly onEngine: (engine: Engine) => Promise<void>;
	readonly bootstrapOf: PodTools['bootstrapOf'];
	readonly ask: PodTools['ask'];
	readonly isServing: PodTools['isServing'];
	/** The sidecar of an instance, or of `gateway`, was started. */
	readonly onSidecar: (sidecar: string) => void;
	/** The image of a service is there, and this is what it exposes; told before its app starts. */
	readonly onImage: (service: string, container: ContainerConfig, exposed: readonly number[]) => void;
	/** Of pulls and builds, in words. */
	readonly onProgress: (service: string, message: string) => void;
	/** Told at each build: what it could not do, or undefined. */
	readonly onWarning: (service: string, warning: MeshError | undefined) => void;
}

export interface Containers {
	/** Finds the engine, and what stands already of this mesh. Throws MeshError. */
	readonly open: () => Promise<ContainerNetwork>;
	/** Undefined before `open`. */
	readonly network: () => ContainerNetwork | undefined;
	/** Undefined before `open`. */
	readonly engine: () => Engine | undefined;
	/** What the image of a service exposes; undefined when it is not there yet, or the engine. */
	readonly exposedPorts: (service: string, container: ContainerConfig) => Promise<readonly number[] | undefined>;
	readonly ensureGateway: (wish: GatewayWish) => Promise<void>;
	/** The last container of the mesh is wanted no more. */
	readonly removeGateway: () => Promise<void>;
	/** Whether the gateway's container, and with it the ports that it publishes, is ours already. */
	readonly isGatewayKept: () => boolean;
	readonly bodyOf: (instance: PodInstance, health: HealthConfig, logFile: string) => InstanceBody;
	readonly toolBodyOf: (instance: ToolInstance, health: HealthConfig, logFile: string) => InstanceBody;
	/** Finds, pulls or builds the image of an instance, for its next start. Throws MeshError. */
	readonly fetch: (instance: PodInstance) => Promise<void>;
	/** Builds the image of an instance and tells whether its container is of another one; false when it is not built at all. Throws MeshError. */
	readonly isOutdated: (instance: PodInstance) => Promise<boolean>;
	/** Whether what a former control plane wrote down still runs. */
	readonly isAlive: (record: InstanceRecord) => Promise<boolean>;
	/** What the app of an instance uses; undefined when nothing is known. */
	readonly usageOf: (instance: string) => ContainerUsage | undefined;
	/** Removes containers of this mesh whose instance nobody knows. */
	readonly removeUnknown: (known: ReadonlySet<string>) => Promise<void>;
	/** Breaks off pulls and builds: the mesh is being brought down, and nobody may wait for them. */
	readonly stopFetching: () => void;
	/** Removes everything of this mesh but its named volumes. */
	readonly removeAll: () => Promise<void>;
	/** Lets go of everything and leaves it running. */
	readonly release: () => void;
}

interface Opened {
	readonly engine: Engine;
	readonly context: PodContext;
	readonly ends: ContainerEnds;
	readonly usage: UsageWatch;
	readonly gateway: GatewayContainer;
}

/** Whether an instance runs in containers. */
export const isPod = (instance: DesiredInstance): instance is PodInstance =>
	instance.pod !== undefined && instance.container !== undefined;

/** Whether it is a tool in a container. */
export const isToolContainer = (instance: DesiredInstance): instance is ToolInstance =>
	instance.tool !== undefined && instance.container !== undefined;

/** Creates the containers of a mesh; the engine is not looked for before `open`. */
export const createContainers = (options: ContainersOptions): Containers => {
	const {mesh, clock, log, environment, proxyLogFile, onSidecar, onImage, onProgress, onWarning} = options;
	let opened: Opened | undefined;
	let opening: Promise<ContainerNetwork> | undefined;
	let finding: Promise<Engine | undefined> | undefined;
	const images = new Map<string, Promise<string>>();
	const bootstrap = createSidecarBootstrap();
	const fetching = new AbortController();

	const open = async (): Promise<ContainerNetwork> => {
		const engine = await connectEngine(environment);
		await options.onEngine(engine);
		const [network, proxyImage] = await Promise.all([
			ensureNetwork(engine.docker, mesh),
			ensureProxyImage(engine, {
				base: options.baseImage,
				programs: options.programs,
				dockerfile: options.dockerfile,
				onProgress: message => onProgress('sidecar', message),
			}),
		]);
		const ends = createContainerEnds(engine.docker, mesh, clock);
		opened = {
			engine,
			ends,
			usage: createUsageWatch(engine.docker, mesh, clock),
			context: {mesh, network, proxyImage},
			gateway: createGatewayContainer({
				docker: engine.docker,
				ends,
				clock,
				log,
				logFile: proxyLogFile,
				onStarted: () => onSidecar('gateway'),
			}),
		};
		await opened.gateway.find(mesh);
		return network;
	};

	const get = () => {
		if (!opened) {
			throw new RangeError('the containers are not open');
		}

		return opened;
	};

	/** Whoever makes containers is told why there is none. */
	const findEngine = (): Promise<Engine | undefined> => {
		finding ??= connectEngine(environment)
			.catch(() => undefined)
			.finally(() => {
				finding = undefined;
			});
		return finding;
	};

	const toolsOf = (service: string): ImageTools => ({
		environment,
		signal: fetching.signal,
		onProgress: message => onProgress(service, message),
		onWarning: warning => onWarning(service, warning),
	});

	/** Instances of one image share one pull or build while it lasts. */
	const imageOf = ({service, container}: PodInstance): Promise<string> => {
		const key = JSON.stringify([container.image, container.build, container.platform, container.build && service]);
		const known = images.get(key);
		if (known) {
			return known;
		}

		const ensuring = ensureImage(get().engine, {mesh: mesh.id, service, container}, toolsOf(service))
			.then(async image => {
				onImage(service, container, (await exposedPorts(get().engine, image)) ?? []);
				return image;
			})
			.catch((error: unknown) => {
				throw asFullDisk(error);
			})
			.finally(() => images.delete(key));
		images.set(key, ensuring);
		return ensuring;
	};

	/** What was fetched is used once: at the start after it. */
	const fetched = new Map<string, string>();
	const takeImage = async (instance: PodInstance): Promise<string> => {
		const image = fetched.get(instance.id);
		fetched.delete(instance.id);
		return image ?? imageOf(instance);
	};

	const fetch = async (instance: PodInstance): Promise<string> => {
		const image = await imageOf(instance);
		fetched.set(instance.id, image);
		return image;
	};

	return {
		fetch: async instance => {
			await fetch(instance);
		},
		isOutdated: async instance => {
			if (!instance.container.build) {
				return false;
			}

			const {docker} = get().engine;
			const image = await docker.getImage(await imageOf(instance)).inspect();
			const app = await docker.getContainer(appName(mesh, instance.id)).inspect();
			return app.Image !== image.Id;
		},
		open: () => {
			opening ??= open().catch((error: unknown) => {
				opening = undefined;
				throw asFullDisk(error);
			});
			return opening;
		},
		exposedPorts: async (service, container) => {
			const engine = opened?.engine ?? (await findEngine());
			return engine && exposedPorts(engine, imageName({mesh: mesh.id, service, container}));
		},
		usageOf: instance => opened?.usage.of(instance),
		network: () => opened?.context.network,
		engine: () => opened?.engine,
		removeGateway: async () => opened?.gateway.remove(mesh),
		isGatewayKept: () => opened?.gateway.isKept() ?? false,
		ensureGateway: async wish => {
			try {
				await get().gateway.ensure(wish, get().context);
			} catch (error) {
				throw asFullDisk(error);
			}
		},
		bodyOf: (instance, health, logFile) =>
			createPodBody(instance, health, {
				...get().context,
				docker: get().engine.docker,
				ends: get().ends,
				clock,
				log,
				environment,
				imageOf: takeImage,
				bootstrapOf: options.bootstrapOf,
				bootstrap,
				ask: options.ask,
				isServing: options.isServing,
				logFile,
				proxyLogFile,
				onSidecar,
			}),
		toolBodyOf: (instance, health, logFile) =>
			createToolBody(instance, health, {
				mesh,
				docker: get().engine.docker,
				ends: get().ends,
				clock,
				logFile,
				imageOf: ({service, container}) =>
					ensureImage(get().engine, {mesh: mesh.id, service, container}, toolsOf(service)).catch((error: unknown) => {
						throw asFullDisk(error);
					}),
			}),
		isAlive: async ({instance, startTime}) => {
			const {docker} = get().engine;
			const found = await docker
				.getContainer(appName(mesh, instance.id))
				.inspect()
				.catch(() => undefined);
			// Started anew meanwhile, it is still the one that was written down; made anew, it is not.
			return found?.State.Running === true && Date.parse(found.Created) <= Date.parse(startTime);
		},
		removeUnknown: async known => {
			const {docker} = get().engine;
			const all = await listContainers(docker, mesh);
			await removeContainers(
				docker,
				all.filter(({Labels}) => Labels[instanceLabel] !== undefined && !known.has(Labels[instanceLabel])),
			);
		},
		stopFetching: () => fetching.abort(new Error('the mesh is being brought down')),
		removeAll: async () => {
			if (opened) {
				opened.gateway.release();
				opened.ends.close();
				opened.usage.close();
				await removeMesh(opened.engine.docker, mesh);
			}
		},
		release: () => {
			opened?.gateway.release();
			opened?.ends.close();
			opened?.usage.close();
		},
	};
};
