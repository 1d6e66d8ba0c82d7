// Keeps the proxy process of a mesh running and connected.

import {readJson} from '../common/read-json.ts';
import {ms} from '../common/units.ts';
import {writeJson} from '../common/write-whole.ts';
import {type Connection, keepConnected} from '../control/keep-connected.ts';
import {controlKey} from '../control/port-keys.ts';
import {connectProxy, type ProxyLink} from '../control/proxy-link.ts';
import type {FromProxy, ToProxy} from '../model/control-message.ts';
import type {ProxyBootstrap} from '../model/proxy-bootstrap.ts';
import {controlPlaneIdentity, meshNamespace, proxyIdentity} from '../model/system-identity.ts';
import {spiffeId} from '../pki/spiffe-id.ts';
import {type MeshParts, savePorts} from './mesh-parts.ts';

export interface ProxySupervisor {
	/** Starts the process unless it runs, and dials it. */
	readonly ensure: () => Promise<void>;
	/** Sends when connected; what is lost is sent anew by whoever hears of the next connection. */
	readonly send: (message: ToProxy) => void;
	readonly isConnected: () => boolean;
	/** Renews the certificates of the control connections when they are due; true when they are new. */
	readonly renewIfDue: () => Promise<boolean>;
	/** Lets go of the process and leaves it running. */
	readonly detach: () => void;
	/** Ends the process after its requests. */
	readonly stop: () => Promise<void>;
}

export interface ProxySupervisorListener {
	readonly onMessage: (message: FromProxy) => void;
	readonly onLost: () => void;
}

// A process that lived this long did not die of its start.
const steadyMs = 5000;
const longestPause = 5000;

/** Creates the supervisor; nothing runs before `ensure`. */
export const createProxySupervisor = (parts: MeshParts, listener: ProxySupervisorListener): ProxySupervisor => {
	const {runtime, identities, authority, ports, events, options} = parts;
	const {clock, state, log} = options;
	let connection: Connection | undefined;
	let link: ProxyLink | undefined;
	let isEnding = false;
	let deaths = 0;
	let startedAt = clock.now();

	const writeBootstrap = async (): Promise<void> => {
		await identities.ensure([controlPlaneIdentity, proxyIdentity]);
		const bootstrap: ProxyBootstrap = {
			port: ports.portOf(controlKey),
			certificate: identities.of(proxyIdentity),
			trustedRoots: [authority.rootPem],
			controlPlane: spiffeId(authority.trustDomain, meshNamespace, controlPlaneIdentity),
		};
		await writeJson(state.proxy, bootstrap);
	};

	const start = async (): Promise<void> => {
		await writeBootstrap();
		// It may have been told to end meanwhile.
		if (!isEnding) {
			startedAt = clock.now();
			await runtime.startProxy(state.proxy);
		}
	};

	const sendIdentity = (): void => {
		writeBootstrap().catch((error: unknown) => {
			log.write('error', 'what the proxy process starts from could not be written', {error: String(error)});
		});
		link?.send({kind: 'identity', certificate: identities.of(proxyIdentity), trustedRoots: [authority.rootPem]});
	};

	/** Nobody renewed it while there was no control plane: nobody can ever connect to it again. */
	const isExpired = async (): Promise<boolean> => {
		const bootstrap = await readJson<ProxyBootstrap>(state.proxy);
		return bootstrap !== undefined && bootstrap.certificate.notAfter <= clock.wall();
	};

	const dial = (signal: AbortSignal) =>
		connectProxy({
			signal,
			port: ports.portOf(controlKey),
			certificate: identities.of(controlPlaneIdentity),
			trustedRoots: [authority.rootPem],
			proxy: spiffeId(authority.trustDomain, meshNamespace, proxyIdentity),
			onMessage: (message, current) => {
				link = current;
				if (message.kind === 'hello') {
					// What it was started with may be another control plane's, and older than ours.
					sendIdentity();
				}

				listener.onMessage(message);
			},
		});

	const startAgain = async (reason: string): Promise<void> => {
		deaths = clock.now() - startedAt > steadyMs ? 0 : deaths + 1;
		events.emit({kind: 'notice', message: `the proxy process was lost (${reason}) and is started again`});
		if (deaths > 0) {
			// Perhaps somebody else listens at its port.
			await ports.replace(controlKey);
			await savePorts(parts);
			await clock.sleep(ms(Math.min(longestPause, 25 * 2 ** deaths)));
		}

		if (!isEnding) {
			await start();
		}
	};

	const stopListening = runtime.on(event => {
		if (event.kind === 'proxy-lost' && !isEnding) {
			startAgain(event.reason).catch((error: unknown) => {
				log.write('error', 'the proxy process could not be started again', {error: String(error)});
			});
		}
	});

	const release = (): void => {
		isEnding = true;
		stopListening();
		connection?.close();
	};

	return {
		ensure: async () => {
			await identities.ensure([controlPlaneIdentity, proxyIdentity]);
			if (!connection && runtime.observe().proxy && (await isExpired())) {
				await runtime.stopProxy();
			}

			if (!runtime.observe().proxy) {
				await start();
			}

			if (isEnding) {
				return;
			}

			connection ??= keepConnected(dial, clock, current => {
				if (!current) {
					link = undefined;
					listener.onLost();
				}
			});
		},
		send: message => link?.send(message),
		isConnected: () => link !== undefined,
		renewIfDue: async () => {
			const isNew = await identities.ensure([controlPlaneIdentity, proxyIdentity]);
			if (isNew) {
				sendIdentity();
			}

			return isNew;
		},
		detach: release,
		stop: async () => {
			release();
			await runtime.stopProxy();
		},
	};
};
