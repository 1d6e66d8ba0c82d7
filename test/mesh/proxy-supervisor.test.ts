import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {createEmitter} from '../../src/common/emitter.ts';
import {silentLog} from '../../src/common/log.ts';
import {writeJson} from '../../src/common/write-whole.ts';
import {createCertificateBook} from '../../src/control/certificate-book.ts';
import type {MeshParts} from '../../src/mesh/mesh-parts.ts';
import {createProxySupervisor} from '../../src/mesh/proxy-supervisor.ts';
import {stateFolderOf} from '../../src/mesh/state-folder.ts';
import type {Certificate} from '../../src/model/certificate.ts';
import type {FromProxy, ToProxy} from '../../src/model/control-message.ts';
import type {MeshEvent} from '../../src/model/mesh-event.ts';
import type {ProxyBootstrap} from '../../src/model/proxy-bootstrap.ts';
import {controlPlaneIdentity, meshNamespace, proxyIdentity} from '../../src/model/system-identity.ts';
import {createMeshAuthority} from '../../src/pki/mesh-authority.ts';
import {spiffeId} from '../../src/pki/spiffe-id.ts';
import type {Runtime} from '../../src/runtime/runtime.ts';
import {createControlServer} from '../../src/sidecar/control-server.ts';
import {freePort} from '../support/scene.ts';

/** A control plane that finds a proxy process with a certificate of the one before. */
const createScene = async (t: ExecutionContext, change: (certificate: Certificate) => Certificate) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-supervisor-'));
	const authority = await createMeshAuthority({
		trustDomain: 'test.local',
		namespace: meshNamespace,
		clock: systemClock,
	});
	const bootstrap: ProxyBootstrap = {
		port: await freePort(),
		certificate: change(await authority.issue(proxyIdentity)),
		trustedRoots: [authority.rootPem],
		controlPlane: spiffeId(authority.trustDomain, meshNamespace, controlPlaneIdentity),
	};
	const state = {...stateFolderOf(folder, ''), folder};
	await writeJson(state.proxy, bootstrap);
	const hello: FromProxy = {kind: 'hello', protocol: 1, pid: 1, sidecars: []};
	const told = Promise.withResolvers<ToProxy>();
	const server = await createControlServer({
		bootstrap,
		log: silentLog,
		onConnect: send => send(hello),
		onMessage: told.resolve,
	});
	const done: string[] = [];
	let isRunning = true;
	const runtime = {
		observe: () => ({instances: [], proxy: isRunning ? {pid: 1} : undefined}),
		stopProxy: async () => {
			isRunning = false;
			done.push('stop');
		},
		startProxy: async () => {
			isRunning = true;
			done.push('start');
		},
		on: () => () => {},
	} as Partial<Runtime> as Runtime;
	const identities = createCertificateBook(authority.issue, systemClock);
	const supervisor = createProxySupervisor(
		{
			options: {state, clock: systemClock, log: silentLog},
			runtime,
			identities,
			authority,
			ports: {portOf: () => bootstrap.port},
			events: createEmitter<MeshEvent>(),
		} as unknown as MeshParts,
		{onMessage: () => {}, onLost: () => {}},
	);
	t.teardown(async () => {
		supervisor.detach();
		server.close();
		await rm(folder, {recursive: true, force: true, maxRetries: 3});
	});
	return {supervisor, identities, done, told: told.promise};
};

test('a proxy process that was found is given a certificate of this control plane', async t => {
	const {supervisor, identities, done, told} = await createScene(t, certificate => certificate);
	await supervisor.ensure();
	t.like(await told, {kind: 'identity', certificate: identities.of(proxyIdentity)});
	t.deepEqual(done, []);
});

test('a proxy process whose certificate ran out without a control plane is replaced, since nobody can dial it', async t => {
	const {supervisor, done} = await createScene(t, certificate => ({...certificate, notAfter: 1}));
	await supervisor.ensure();
	t.deepEqual(done, ['stop', 'start']);
});
