// Prepares what containers need before they start: the gateway, and the ways between them and the control plane.
import {desiredState} from '../control/desired-state.ts';
import {gatewaySidecar, instancesOf, isContainerService, sidecarsOf, workloadsOf} from '../control/instances.ts';
import {bridgeKey, listenerKey} from '../control/port-keys.ts';
import type {DesiredInstance} from '../model/desired-state.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import {planChanges} from '../runtime/plan-changes.ts';
import type {ContainerLinks} from './container-links.ts';
import type {MeshParts} from './mesh-parts.ts';
import {gatewayBootstrap, podBootstrap} from './pod-bootstrap.ts';
import type {WayBack} from './way-back.ts';

/** To the sidecars in containers, and from them back to this machine. */
export interface ContainerWays {
	readonly links: Pick<ContainerLinks, 'keep'>;
	readonly wayBack: Pick<WayBack, 'open'>;
}

/** Whether any service of a mesh runs in containers. */
export const hasContainers = (config: MeshConfig): boolean =>
	workloadsOf(config).some(service => isContainerService(config, service));

// Each try takes other ports for the gateway's container.
const longestSearch = 5;

/** Creates what makes a mesh ready for the containers of a config, or closes the ways when it has none. Rejects when the gateway cannot be started. */
export const createContainerPreparation = (
	parts: MeshParts,
	ways: () => ContainerWays,
): ((config: MeshConfig) => Promise<void>) => {
	const {containers, runtime, ports, numbers, identities, authority} = parts;

	/** Its ports were free a moment ago; should somebody have been faster, others are taken. */
	const ensureGateway = async (config: MeshConfig, address: string, subnet: string): Promise<void> => {
		const hasIngress = config.gateway.hosts.length > 0;
		const key = (listener: string) => listenerKey(gatewaySidecar, listener);
		const bootstrap = JSON.stringify(gatewayBootstrap(podBootstrap(identities, authority), subnet));
		for (let tries = 0; ; tries++) {
			try {
				await containers.ensureGateway({
					address,
					ports: {
						bridge: ports.portOf(bridgeKey),
						...(hasIngress && {http: ports.portOf(key('http')), https: ports.portOf(key('https'))}),
					},
					bootstrap,
					root: authority.rootPem,
				});
				return;
			} catch (error) {
				if (tries === longestSearch || !/port is already allocated|address already in use/.test(String(error))) {
					throw error;
				}

				for (const taken of [bridgeKey, ...(hasIngress ? [key('http'), key('https')] : [])]) {
					await ports.replace(taken);
				}
			}
		}
	};

	/** What a config adds to what runs. Empty when something has to go first: it may hold ports that what comes is to publish. */
	const addedBy = (config: MeshConfig): readonly DesiredInstance[] => {
		const desired = desiredState(config, {places: parts.placesOf(config), changesOf: ports.changesOf});
		const {operations} = planChanges(desired, runtime.observe());
		const added = operations.flatMap(operation => (operation.kind === 'start-instance' ? [operation.instance] : []));
		return added.length === operations.length ? added : [];
	};

	/** The gateway, and beside it whatever is new: all but the apps, which start when the config is in force. */
	const ensureAll = async (config: MeshConfig, address: string, subnet: string): Promise<void> => {
		const added = addedBy(config);
		for (const instance of added) {
			runtime.prepare?.(instance);
		}

		try {
			await ensureGateway(config, address, subnet);
		} catch (error) {
			await Promise.allSettled(added.map(({id}) => runtime.stop(id)));
			throw error;
		}
	};

	/** The gateway, and the ways to every sidecar of a container; they may be yet to come. */
	return async config => {
		const network = containers.network();
		if (!network || !hasContainers(config)) {
			ways().links.keep([], 0);
			ways().wayBack.open(undefined);
			return;
		}

		numbers.keepOnly('pod', new Set(instancesOf(config).map(({id}) => id)));
		const places = parts.placesOf(config);
		await ensureAll(config, places.addressOf(gatewaySidecar), network.subnet);
		const bridgePort = ports.portOf(bridgeKey);
		const sidecars = new Set([...sidecarsOf(config).filter(places.isInContainer), gatewaySidecar]);
		ways().links.keep(
			[...sidecars].map(sidecar => ({sidecar, serverName: places.controlName(sidecar)})),
			bridgePort,
		);
		ways().wayBack.open({
			bridgePort,
			instances: instancesOf(config).filter(({id}) => !places.isInContainer(id)),
			hasMetrics: config.observability.prometheus !== false,
		});
	};
};
