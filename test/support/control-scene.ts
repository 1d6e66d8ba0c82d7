// A control plane's end of the control connection, for tests of what obeys it.
import type {ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {connectProxy, type ProxyLink} from '../../src/control/proxy-link.ts';
import type {FromProxy} from '../../src/model/control-message.ts';
import type {ProxyBootstrap} from '../../src/model/proxy-bootstrap.ts';
import {controlPlaneIdentity, meshNamespace, proxyIdentity} from '../../src/model/system-identity.ts';
import {createMeshAuthority, type MeshAuthority} from '../../src/pki/mesh-authority.ts';
import {spiffeId} from '../../src/pki/spiffe-id.ts';
import {freePort} from './scene.ts';

export interface ControlScene {
	readonly authority: MeshAuthority;
	readonly bootstrap: ProxyBootstrap;
	/** Connects as a caller with this identity. Rejects when it is turned away. */
	readonly dial: (caller: string) => Promise<DialledProxy>;
}

export interface DialledProxy {
	readonly link: ProxyLink;
	/** Resolves with the next message of the kind. Rejects when a snapshot is refused instead of accepted. */
	readonly next: <Kind extends FromProxy['kind']>(kind: Kind) => Promise<Extract<FromProxy, {kind: Kind}>>;
}

/** Makes an authority and a bootstrap; nothing runs yet. */
export const createControlScene = async (t: ExecutionContext): Promise<ControlScene> => {
	const authority = await createMeshAuthority({
		trustDomain: 'test.local',
		namespace: meshNamespace,
		clock: systemClock,
	});
	const port = await freePort();
	const identity = (service: string) => spiffeId(authority.trustDomain, meshNamespace, service);
	const dial = async (caller: string): Promise<DialledProxy> => {
		const heard: FromProxy[] = [];
		const waiting = new Set<() => void>();
		const link: ProxyLink = await connectProxy({
			port,
			certificate: await authority.issue(caller),
			trustedRoots: [authority.rootPem],
			proxy: identity(proxyIdentity),
			onMessage: message => {
				heard.push(message);
				for (const look of [...waiting]) {
					look();
				}
			},
		});
		t.teardown(link.close);
		const next = <Kind extends FromProxy['kind']>(kind: Kind) =>
			new Promise<Extract<FromProxy, {kind: Kind}>>((resolve, reject) => {
				const look = () => {
					const index = heard.findIndex(message => message.kind === kind);
					const refusal = heard.find(message => message.kind === 'refused');
					if (kind === 'accepted' && refusal !== undefined) {
						waiting.delete(look);
						reject(new Error(`the snapshot was refused: ${JSON.stringify(refusal)}`));
						return;
					}

					if (index !== -1) {
						waiting.delete(look);
						resolve(heard.splice(index, 1)[0] as Extract<FromProxy, {kind: Kind}>);
					}
				};

				waiting.add(look);
				look();
			});
		return {link, next};
	};

	return {
		authority,
		bootstrap: {
			port,
			certificate: await authority.issue(proxyIdentity),
			trustedRoots: [authority.rootPem],
			controlPlane: identity(controlPlaneIdentity),
		},
		dial,
	};
};
