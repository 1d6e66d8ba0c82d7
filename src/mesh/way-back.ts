// The way from containers to local processes: connections to the bridge that are at hand whenever a container calls.
import {type BackConnections, keepBackConnections} from '../control/bridge-back.ts';
import {hostSidecar} from '../control/instances.ts';
import {appKey, inboundName, listenerKey, metricsKey} from '../control/port-keys.ts';
import {controlPlaneIdentity, meshNamespace, proxyIdentity} from '../model/system-identity.ts';
import {spiffeId} from '../pki/spiffe-id.ts';
import type {MeshParts} from './mesh-parts.ts';

export interface WayBack {
	/** Lets containers reach these instances, and no others, through the bridge at this port of the host. */
	readonly open: (instances: ReadonlyMap<string, ReachedBy>, bridgePort: number) => void;
	readonly close: () => void;
}

/** An instance by its sidecar, or by the app itself where it has none; the metrics of the mesh, which are no instance. */
export type ReachedBy = 'sidecar' | 'app' | 'metrics';

// One is used up by a call that opens a connection, and replaced at once.
const atHand = 4;

/** Creates the way; nobody is dialled before `open`, nor while there are no instances to be reached. */
export const createWayBack = ({
	identities,
	authority,
	ports,
	options,
}: Pick<MeshParts, 'identities' | 'authority' | 'ports' | 'options'>): WayBack => {
	/** A container may ask for a port that has just been taken out of the config. */
	const portIfAny = (key: string): {readonly port: number} | undefined => {
		try {
			return {port: ports.portOf(key)};
		} catch {
			return undefined;
		}
	};

	let connections: (BackConnections & {readonly port: number}) | undefined;
	let reachable: ReadonlyMap<string, ReachedBy> = new Map();
	const close = (): void => {
		connections?.close();
		connections = undefined;
	};

	return {
		open: (instances, port) => {
			reachable = instances;
			if (connections && (connections.port !== port || instances.size === 0)) {
				close();
			}

			if (!connections && instances.size > 0) {
				connections = {
					port,
					...keepBackConnections({
						port,
						certificate: () => identities.of(controlPlaneIdentity),
						trustedRoots: () => [authority.rootPem],
						bridge: spiffeId(authority.trustDomain, meshNamespace, proxyIdentity),
						count: atHand,
						addressOf: ({instance, port: called}) => {
							switch (reachable.get(instance)) {
								case 'sidecar':
									return portIfAny(listenerKey(instance, inboundName(called)));
								case 'app': {
									const port = portIfAny(appKey(instance, called));
									return port && {...port, shown: identities.of(hostSidecar)};
								}
								case 'metrics':
									return portIfAny(metricsKey);
								case undefined:
									return undefined;
							}
						},
						clock: options.clock,
					}),
				};
			}
		},
		close,
	};
};
