// Says to the proxy process how containers reach local processes.

import type {InstanceRef} from '../control/instances.ts';
import {hostSidecar} from '../control/instances.ts';
import {appKey, inboundName, listenerKey, metricsKey} from '../control/port-keys.ts';
import {otherPorts} from '../control/service-ports.ts';
import type {ToProxy} from '../model/control-message.ts';
import {metricsName} from '../model/pod.ts';
import {controlPlaneIdentity, meshNamespace, proxyIdentity} from '../model/system-identity.ts';
import {type WayBackTarget, type WayBack as WayOfContainers, wayBackName} from '../model/way-back.ts';
import {spiffeId} from '../pki/spiffe-id.ts';
import type {MeshParts} from './mesh-parts.ts';

export interface ReachableProcesses {
	/** The bridge's, on the host. */
	readonly bridgePort: number;
	/** Those that run as local processes. */
	readonly instances: readonly InstanceRef[];
	/** Whether a Prometheus in a container asks for the metrics. */
	readonly hasMetrics: boolean;
}

export interface WayBack {
	/** Lets containers reach these, and nobody else; undefined without containers. */
	readonly open: (reachable: ReachableProcesses | undefined) => void;
	/** Says it again when something has changed, such as a port or a certificate; or anyhow, to a proxy process that has just connected. */
	readonly tell: (isNew?: boolean) => void;
}

/** Creates the way; nothing is said before `open`. */
export const createWayBack = (
	{identities, authority, ports}: Pick<MeshParts, 'identities' | 'authority' | 'ports'>,
	send: (message: ToProxy) => void,
): WayBack => {
	let reachable: ReachableProcesses | undefined;
	// What an older control plane has said holds until this one knows better.
	let isOpen = false;
	let told: string | undefined;

	const targetsOf = ({instances, hasMetrics}: ReachableProcesses): Readonly<Record<string, WayBackTarget>> =>
		Object.fromEntries([
			...instances.flatMap(({id, service}) =>
				[undefined, ...otherPorts(service).map(({port}) => port)].map(
					port =>
						[
							wayBackName(id, port),
							service.sidecar
								? {port: ports.portOf(listenerKey(id, inboundName(port)))}
								: {port: ports.portOf(appKey(id, port)), isApp: true as const},
						] as const,
				),
			),
			...(hasMetrics ? [[metricsName, {port: ports.portOf(metricsKey)}] as const] : []),
		]);

	const wayOf = (processes: ReachableProcesses): WayOfContainers | null => {
		const targets = targetsOf(processes);
		return Object.keys(targets).length === 0
			? null
			: {
					bridgePort: processes.bridgePort,
					bridge: spiffeId(authority.trustDomain, meshNamespace, proxyIdentity),
					certificate: identities.of(controlPlaneIdentity),
					trustedRoots: [authority.rootPem],
					hostCertificate: identities.of(hostSidecar),
					targets,
				};
	};

	const tell = (isNew = false): void => {
		if (!isOpen) {
			return;
		}

		const way = reachable ? wayOf(reachable) : null;
		const text = JSON.stringify(way);
		if (isNew || text !== told) {
			told = text;
			send({kind: 'way-back', way});
		}
	};

	return {
		open: now => {
			isOpen = true;
			reachable = now;
			tell();
		},
		tell,
	};
};
