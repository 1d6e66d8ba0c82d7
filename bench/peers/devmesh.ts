// devmesh as it was built, its services the same backend: caller `host`, a sidecar of its own, and the sidecar of the service.
import {readlink, truncate} from 'node:fs/promises';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import type {MeshFile} from '../../src/config/schema/mesh.ts';
import type * as Fixture from '../../src/testing/index.ts';
import type {TestMesh} from '../../src/testing/test-mesh.ts';
import {readJson, repository} from '../../test/support/user.ts';
import {pinProcess} from '../cores.ts';
import type {Scope} from '../scope.ts';
import {planBackend} from './backend.ts';
import type {Peer} from './peer.ts';

export interface DevmeshPeer extends Peer {
	readonly mesh: TestMesh;
	/** Of the process that holds all sidecars. */
	readonly pid: number;
	readonly tidy: () => Promise<void>;
}

export interface DevmeshWish {
	/** The only core of the proxy process. */
	readonly core: number;
	/** As in the config. */
	readonly observability: NonNullable<MeshFile['observability']>;
	/** Default: devmesh. */
	readonly name?: string;
	/** For the processes of the mesh. */
	readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a mesh with two services, `plain` without a sidecar; a route, a retry policy and an authorization policy are in force. */
export const startDevmesh = async (
	scope: Scope,
	{core, observability, environment = {}, name = 'devmesh'}: DevmeshWish,
): Promise<DevmeshPeer> => {
	const service = async () => {
		const {port, command} = await planBackend(scope);
		return {port: 80, appPort: port, command: [...command]};
	};
	const sealed = await service();
	const config: MeshFile = {
		services: {sealed, plain: {...(await service()), sidecar: false}},
		routes: ['sealed', 'plain'].flatMap(to => [
			{to, match: [{headers: {'end-user': {exact: 'nobody'}}}], backends: [{to}], timeout: '1s'},
			{to, match: [{path: {prefix: '/'}}], backends: [{to}], timeout: '10s', retries: {attempts: 2}},
		]),
		policies: {authorization: [{to: 'sealed', allow: [{from: ['host'], methods: ['GET']}]}]},
		observability,
	};
	const startMesh = await loadStartMesh();
	const mesh = await startMesh(config, {env: environment});
	scope.teardown(mesh.stop);
	const pid = (await mesh.status()).proxy?.pid ?? 0;
	await pinProcess(scope, pid, core);
	const logFile = await readlink(`/proc/${pid}/fd/1`);
	return {
		name,
		mesh,
		pid,
		plainUrl: mesh.url('plain'),
		mutualUrl: mesh.url('sealed'),
		innerPort: await inboundPort(path.dirname(path.dirname(logFile)), 'sealed-1'),
		tidy: () => truncate(logFile),
	};
};

/** Loads what was built, as users have it. */
export const loadStartMesh = async (): Promise<typeof Fixture.startMesh> => {
	const entry = pathToFileURL(path.join(repository, 'dist', 'testing', 'index.js')).href;
	return ((await import(entry)) as typeof Fixture).startMesh;
};

const inboundPort = async (state: string, instance: string): Promise<number> => {
	const {ports} = await readJson<{readonly ports: Readonly<Record<string, number>>}>(path.join(state, 'ports.json'));
	return ports[`${instance}/inbound`] ?? 0;
};
