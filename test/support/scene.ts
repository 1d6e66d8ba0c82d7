// A small mesh in one process: real proxies with real certificates, made from a config as the control plane makes them.
import {once} from 'node:events';
import {createServer as createHttpServer, type RequestListener, type Server} from 'node:http';
import {type AddressInfo, createServer} from 'node:net';
import {threadId} from 'node:worker_threads';
import type {ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {silentLog} from '../../src/common/log.ts';
import {ms} from '../../src/common/units.ts';
import {createCertificateBook} from '../../src/control/certificate-book.ts';
import {compileSnapshots} from '../../src/control/compile-snapshots.ts';
import {createPlaces} from '../../src/control/places.ts';
import {portWishes} from '../../src/control/port-keys.ts';
import type {HttpLimits} from '../../src/dataplane/engine/http-server.ts';
import {createProxy, type MeshProxy, SnapshotRefused} from '../../src/dataplane/proxy.ts';
import type {MeshConfig} from '../../src/model/mesh-config.ts';
import type {EndpointState, Snapshot} from '../../src/model/snapshot.ts';
import {createMeshAuthority, type MeshAuthority} from '../../src/pki/mesh-authority.ts';
import type {AccessLogEntry} from '../../src/telemetry/access-log.ts';

export interface Scene {
	/** `http://127.0.0.1:<port>` at which a sidecar takes its app's calls to a service. */
	readonly url: (sidecar: string, service: string) => string;
	readonly portOf: (key: string) => number;
	readonly proxies: ReadonlyMap<string, MeshProxy>;
	readonly authority: MeshAuthority;
	readonly log: readonly AccessLogEntry[];
	/** Resolves with the first entry, past or future, that is wanted. */
	readonly logged: (isWanted: (entry: AccessLogEntry) => boolean) => Promise<AccessLogEntry>;
	/** Publishes another config, or other states of instances. */
	readonly publish: (config?: MeshConfig, states?: Readonly<Record<string, EndpointState>>) => Promise<void>;
	readonly snapshots: () => readonly Snapshot[];
}

export interface SceneOptions {
	/** Ports at which apps listen, by instance; `api-1:9000` for another port of its service. */
	readonly apps: Readonly<Record<string, number>>;
	readonly states?: Readonly<Record<string, EndpointState>>;
	readonly limits?: Partial<HttpLimits>;
}

/** Starts a proxy for every sidecar of the config; all stop when the test ends. */
export const createScene = async (t: ExecutionContext, config: MeshConfig, options: SceneOptions): Promise<Scene> => {
	const authority = await createMeshAuthority({trustDomain: 'test.local', namespace: 'default', clock: systemClock});
	const identities = createCertificateBook(authority.issue, systemClock);
	const ports = new Map<string, number>();
	const log: AccessLogEntry[] = [];
	const listeners = new Set<() => void>();
	const proxies = new Map<string, MeshProxy>();
	let revision = 0;
	let current = config;
	let states = options.states ?? {};
	let snapshots: readonly Snapshot[] = [];

	const portOf = (key: string): number => ports.get(key) ?? Number.NaN;
	const publish = async (next = current, nextStates = states): Promise<void> => {
		current = next;
		states = nextStates;
		for (const {key} of portWishes(next)) {
			const [, instance = '', other = ''] = /^(.+)\/app(:\d+(?:\/udp)?)?$/.exec(key) ?? [];
			const app = options.apps[`${instance}${other}`];
			ports.set(key, app ?? ports.get(key) ?? (await freePort()));
		}

		await identities.ensure([...next.services.map(({name}) => name), 'gateway', 'host']);
		revision++;
		snapshots = compileSnapshots({
			config: next,
			revision,
			trustDomain: authority.trustDomain,
			trustedRoots: [authority.rootPem],
			portOf,
			places: createPlaces({config: next, portOf, numberOf: () => 0, network: undefined, nameServers: []}),
			stateOf: id => states[id] ?? 'ready',
			certificateOf: identities.of,
			hostCertificateOf: () => identities.of('gateway'),
			faults: next.faults,
		});
		for (const snapshot of snapshots) {
			const proxy =
				proxies.get(snapshot.sidecar) ??
				createProxy({
					clock: systemClock,
					log: silentLog,
					limits: options.limits ?? {},
					accessLog: line => {
						log.push(JSON.parse(line) as AccessLogEntry);
						for (const listener of [...listeners]) {
							listener();
						}
					},
				});
			proxies.set(snapshot.sidecar, proxy);
			try {
				await proxy.apply(snapshot);
			} catch (error) {
				if (!(error instanceof SnapshotRefused) || error.problem.code !== 'EADDRINUSE') {
					throw error;
				}

				// Another test was faster: begin again with another port, as the control plane does.
				ports.delete(`${snapshot.sidecar}/${error.problem.listener}`);
				await publish(next, nextStates);
				return;
			}
		}
	};

	t.teardown(async () => {
		await Promise.all([...proxies.values()].map(proxy => proxy.stop(ms(0))));
	});
	await publish();
	return {
		url: (sidecar, service) => `http://127.0.0.1:${portOf(`${sidecar}/outbound:${service}`)}`,
		portOf,
		proxies,
		authority,
		log,
		logged: isWanted =>
			new Promise(resolve => {
				const look = () => {
					const entry = log.find(isWanted);
					if (entry) {
						listeners.delete(look);
						resolve(entry);
					}
				};

				listeners.add(look);
				look();
			}),
		publish,
		snapshots: () => snapshots,
	};
};

/** Starts an app; it stops when the test ends. Returns its port. */
export const startApp = async (t: ExecutionContext, answer: RequestListener): Promise<number> => {
	const server = createHttpServer(answer);
	return listenFor(t, server);
};

/** Listens on a free port of loopback until the test ends. */
export const listenFor = async (
	t: ExecutionContext,
	server: Server | ReturnType<typeof createServer>,
): Promise<number> => {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
		if ('closeAllConnections' in server) {
			server.closeAllConnections();
		}
	});
	return (server.address() as AddressInfo).port;
};

/**
 * Finds a port that is free now and that nobody is handed by chance: it lies below those that systems give out by themselves
 * and that meshes keep, and every test file of a run begins at a place of its own.
 */
export const freePort = async (): Promise<number> => {
	for (;;) {
		const port = 10_000 + (nextPort++ % 10_000);
		const server = createServer();
		const isFree = await new Promise<boolean>(resolve => {
			server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
		});
		if (isFree) {
			await new Promise(resolve => server.close(resolve));
			return port;
		}
	}
};

// Test files run in threads of one process.
let nextPort = process.pid * 61 + threadId * 151;
