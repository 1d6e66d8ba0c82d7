// A snapshot of one sidecar with one listener, for tests of those who pass it on.
import {ms} from '../../src/common/units.ts';
import type {Snapshot} from '../../src/model/snapshot.ts';
import {meshNamespace} from '../../src/model/system-identity.ts';
import type {MeshAuthority} from '../../src/pki/mesh-authority.ts';
import {spiffeId} from '../../src/pki/spiffe-id.ts';

export interface SnapshotParts {
	readonly authority: MeshAuthority;
	readonly revision: number;
	/** Where `web-1` takes its app's calls to `api`. */
	readonly listenAt: number;
	/** Where `api` is, in plain text. */
	readonly app: number;
}

/** Makes the snapshot of `web-1`, which calls `api`. */
export const snapshotOf = async ({authority, revision, listenAt, app}: SnapshotParts): Promise<Snapshot> => ({
	revision,
	sidecar: 'web-1',
	identity: {
		service: 'web',
		version: 'default',
		spiffeId: spiffeId(authority.trustDomain, meshNamespace, 'web'),
		trustDomain: authority.trustDomain,
	},
	certificate: await authority.issue('web'),
	trustedRoots: [authority.rootPem],
	seed: 1,
	listeners: [{kind: 'outbound', name: 'outbound:api', address: '127.0.0.1', port: listenAt, destination: 'api'}],
	destinations: [
		{
			service: 'api',
			port: 80,
			protocol: 'http',
			routes: [{name: 'api', matches: [], backends: [{service: 'api', weight: 1}], filters: []}],
			faults: [],
			endpoints: [
				{
					id: 'api-1',
					service: 'api',
					version: 'default',
					address: '127.0.0.1',
					port: app,
					transport: {kind: 'plain'},
					state: 'ready',
				},
			],
			loadBalancer: 'round-robin',
		},
	],
	startWaitMs: ms(1000),
	telemetry: {accessLog: 'json', sampling: 1},
});
