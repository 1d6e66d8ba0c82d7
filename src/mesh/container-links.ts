// The control connections to sidecars in containers, all through the one bridge.
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import {gatewaySidecar} from '../control/instances.ts';
import {type Connection, keepConnected} from '../control/keep-connected.ts';
import {connectProxy, type ProxyLink} from '../control/proxy-link.ts';
import type {FromProxy, ToProxy} from '../model/control-message.ts';
import {controlPlaneIdentity, meshNamespace, proxyIdentity} from '../model/system-identity.ts';
import {spiffeId} from '../pki/spiffe-id.ts';
import type {AskSidecar} from '../runtime/docker/pod-body.ts';
import type {MeshParts} from './mesh-parts.ts';

export interface ContainerLink {
	readonly sidecar: string;
	/** By which the bridge finds it. */
	readonly serverName: string;
}

export interface ContainerLinks {
	/** Dials these and no others. */
	readonly keep: (links: readonly ContainerLink[], bridgePort: number) => void;
	/** Sends when connected; what is lost is sent anew by whoever hears of the next connection. */
	readonly send: (message: ToProxy, sidecar: string) => void;
	readonly isConnected: (sidecar: string) => boolean;
	readonly ask: AskSidecar;
	/** A sidecar was just started: it is dialled at once. */
	readonly hurry: (sidecar: string) => void;
	/** The certificate of the sidecars for these connections was renewed. */
	readonly sendIdentity: () => void;
	readonly close: () => void;
}

export interface ContainerLinksListener {
	readonly onMessage: (message: FromProxy, sidecar: string) => void;
	readonly onLost: (sidecar: string) => void;
}

interface Kept extends ContainerLink {
	readonly port: number;
	readonly connection: Connection;
	link: ProxyLink | undefined;
}

const longestPause = 250;
// For the way there and back.
const askMargin = ms(500);

/** Creates the links; nothing is dialled before `keep`. */
export const createContainerLinks = (
	{identities, authority, options}: Pick<MeshParts, 'identities' | 'authority' | 'options'>,
	listener: ContainerLinksListener,
): ContainerLinks => {
	const {clock} = options;
	const all = new Map<string, Kept>();
	const questions = createQuestions(clock);

	const identity = (): ToProxy => ({
		kind: 'identity',
		certificate: identities.of(proxyIdentity),
		trustedRoots: [authority.rootPem],
	});

	const open = ({sidecar, serverName}: ContainerLink, port: number): void => {
		const kept: Kept = {
			sidecar,
			serverName,
			port,
			link: undefined,
			connection: keepConnected(
				signal =>
					connectProxy({
						signal,
						port,
						serverName,
						certificate: identities.of(controlPlaneIdentity),
						trustedRoots: [authority.rootPem],
						proxy: spiffeId(authority.trustDomain, meshNamespace, proxyIdentity),
						onMessage: (message, link) => {
							kept.link = link;
							if (message.kind === 'hello') {
								link.send(identity());
							}

							if (message.kind === 'probed') {
								questions.answer(message.id, message.problem);
							} else {
								listener.onMessage(message, sidecar);
							}
						},
					}),
				clock,
				link => {
					if (!link) {
						kept.link = undefined;
						listener.onLost(sidecar);
					}
				},
				longestPause,
			),
		};
		all.set(sidecar, kept);
	};

	const drop = (sidecar: string): void => {
		all.get(sidecar)?.connection.close();
		all.delete(sidecar);
	};

	return {
		keep: (links, bridgePort) => {
			const wanted = new Map(links.map(link => [link.sidecar, link]));
			for (const [sidecar, kept] of all) {
				if (wanted.get(sidecar)?.serverName !== kept.serverName || kept.port !== bridgePort) {
					drop(sidecar);
				}
			}

			for (const link of links) {
				if (!all.has(link.sidecar)) {
					open(link, bridgePort);
				}
			}
		},
		send: (message, sidecar) => all.get(sidecar)?.link?.send(message),
		isConnected: sidecar => all.get(sidecar)?.link !== undefined,
		ask: (sidecar, target, timeoutMs) => {
			// Whoever has none is asked from the gateway.
			const link = all.get(target.address === undefined ? sidecar : gatewaySidecar)?.link;
			return link
				? questions.ask(
						id => link.send({kind: 'probe', id, target, timeoutMs: ms(timeoutMs)}),
						ms(timeoutMs + askMargin),
					)
				: Promise.resolve('its sidecar is not there yet');
		},
		hurry: sidecar => {
			const kept = all.get(sidecar);
			if (kept) {
				// A link that stands leads to the one before, which may have gone without a word.
				drop(sidecar);
				open(kept, kept.port);
			}
		},
		sendIdentity: () => {
			for (const {link} of all.values()) {
				link?.send(identity());
			}
		},
		close: () => {
			for (const sidecar of [...all.keys()]) {
				drop(sidecar);
			}

			questions.close();
		},
	};
};

/** Keeps the questions that are yet to be answered. */
const createQuestions = (clock: Clock) => {
	const open = new Map<number, (problem: string | undefined) => void>();
	let next = 1;
	return {
		ask: (send: (id: number) => void, timeoutMs: ReturnType<typeof ms>): Promise<string | undefined> =>
			new Promise(resolve => {
				const id = next++;
				const cancel = clock.after(timeoutMs, () => finish('its sidecar does not answer'));
				const finish = (problem: string | undefined): void => {
					cancel();
					open.delete(id);
					resolve(problem);
				};

				open.set(id, finish);
				send(id);
			}),
		answer: (id: number, problem: string | undefined): void => open.get(id)?.(problem),
		close: (): void => {
			for (const finish of [...open.values()]) {
				finish('the control plane ends');
			}
		},
	};
};
