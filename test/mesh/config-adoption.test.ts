import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {createEmitter} from '../../src/common/emitter.ts';
import {silentLog} from '../../src/common/log.ts';
import {createCertificateBook} from '../../src/control/certificate-book.ts';
import {createInstanceRegistry} from '../../src/control/instance-registry.ts';
import {createNumberBook} from '../../src/control/number-book.ts';
import {createPlaces} from '../../src/control/places.ts';
import {createPortBook} from '../../src/control/port-book.ts';
import type {Refusal} from '../../src/control/publisher.ts';
import {createConfigAdoption} from '../../src/mesh/config-adoption.ts';
import type {MeshParts} from '../../src/mesh/mesh-parts.ts';
import type {ProxySupervisor} from '../../src/mesh/proxy-supervisor.ts';
import {stateFolderOf} from '../../src/mesh/state-folder.ts';
import type {Certificate} from '../../src/model/certificate.ts';
import type {MeshEvent} from '../../src/model/mesh-event.ts';
import type {Runtime} from '../../src/runtime/runtime.ts';
import {meshConfig, workload} from '../support/mesh-config.ts';

const certificate: Certificate = {certPem: '', keyPem: '', notBefore: 0, notAfter: Number.MAX_SAFE_INTEGER};

const createScene = async (t: ExecutionContext) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-adoption-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	const started: string[] = [];
	const runtime = {
		observe: () => ({instances: [], proxy: undefined}),
		start: async ({id}) => {
			started.push(id);
		},
		on: () => () => {},
	} as Partial<Runtime> as Runtime;
	const published = Promise.withResolvers<readonly Refusal[]>();
	const asked = Promise.withResolvers<void>();
	const issuing = Promise.withResolvers<void>();
	const wanted = Promise.withResolvers<void>();
	const ports = createPortBook(undefined, 5000);
	const numbers = createNumberBook();
	const parts = {
		options: {state: {...stateFolderOf(folder, ''), folder}, clock: systemClock, log: silentLog},
		runtime,
		identities: createCertificateBook(async () => {
			wanted.resolve();
			await issuing.promise;
			return certificate;
		}, systemClock),
		hosts: createCertificateBook(async () => certificate, systemClock),
		ports,
		numbers,
		containers: {network: () => undefined, removeGateway: async () => {}} as Partial<
			MeshParts['containers']
		> as MeshParts['containers'],
		placesOf: config =>
			createPlaces({
				config,
				portOf: ports.portOf,
				numberOf: numbers.numberOf,
				network: undefined,
				nameServers: [],
			}),
		instances: createInstanceRegistry(systemClock),
		events: createEmitter<MeshEvent>(),
	} as Partial<MeshParts> as MeshParts;
	const proxy = {ensure: async () => {}} as Partial<ProxySupervisor> as ProxySupervisor;
	const publish = () => {
		asked.resolve();
		return published.promise;
	};

	const adoption = createConfigAdoption(parts, () => ({
		proxy,
		links: {keep: () => {}},
		wayBack: {open: () => {}},
		publish,
		onConfig: () => {},
	}));
	t.teardown(adoption.close);
	return {
		adoption,
		parts,
		started,
		asked: asked.promise,
		answer: () => published.resolve([]),
		issue: issuing.resolve,
		wanted: wanted.promise,
	};
};

const shop = meshConfig({services: [workload('web')]});

test('a config whose sidecars answer starts its instances', async t => {
	const {adoption, started, answer, issue} = await createScene(t);
	issue();
	answer();
	await adoption.adopt(shop);
	t.deepEqual(started, ['web-1']);
});

test('a mesh that is brought down while a config is adopted starts nothing any more', async t => {
	const {adoption, started, asked, answer, issue} = await createScene(t);
	issue();
	const adopted = adoption.adopt(shop);
	await asked;
	await adoption.stopAll();
	answer();
	await adopted;
	t.deepEqual(started, []);
});

test('a config is not in force before its certificates are issued', async t => {
	const {adoption, answer, issue, wanted} = await createScene(t);
	const adopted = adoption.adopt(shop);
	answer();
	await wanted;
	t.is(adoption.current(), undefined);
	issue();
	await adopted;
	t.is(adoption.current(), shop);
});

test('what failed before and is tried again counts as starting before anybody can ask', async t => {
	const {adoption, parts, answer, issue} = await createScene(t);
	issue();
	answer();
	const advice = {code: 'DM5124', remedy: 'Publish another port.'};
	parts.instances.note({id: 'web-1', state: 'failed', note: 'the port is taken', advice}, parts.runtime.observe());
	const told: MeshEvent[] = [];
	parts.events.on(event => told.push(event));
	await adoption.adopt(shop);
	t.is(parts.instances.stateOf('web-1'), 'starting');
	t.false('advice' in (parts.instances.statusOf('web-1') ?? {}));
	t.true(told.some(event => event.kind === 'instance' && event.state === 'starting'));
});
