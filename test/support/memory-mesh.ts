// A mesh that lives in memory only, behind the real API on a real socket.
import {readFile} from 'node:fs/promises';
import type {ExecutionContext} from 'ava';
import {type ApiClient, createApiClient} from '../../src/admin/api-client.ts';
import {createApi} from '../../src/admin/create-api.ts';
import type {FaultResult, LogQuery, MeshDoor} from '../../src/admin/mesh-door.ts';
import {type ServedApi, serveApi} from '../../src/admin/serve-api.ts';
import {type Clock, systemClock} from '../../src/common/clock.ts';
import {createEmitter} from '../../src/common/emitter.ts';
import {createLog} from '../../src/common/log.ts';
import type {LogLine} from '../../src/model/api.ts';
import type {MeshEvent} from '../../src/model/mesh-event.ts';
import type {FaultStatus, MeshStatus, ServiceStatus} from '../../src/model/mesh-status.ts';

export interface MemoryMesh {
	readonly door: MeshDoor;
	readonly emit: (event: MeshEvent) => void;
	/** How many listen to its events. */
	readonly listeners: () => number;
	/** What was asked of it, in order. */
	readonly calls: readonly string[];
	/** The faults that were added, as they were sent. */
	readonly sent: readonly unknown[];
}

/** What a test wants to be different. */
export interface MemoryMeshParts {
	readonly status?: Partial<MeshStatus>;
	readonly replay?: readonly MeshEvent[];
	readonly logs?: readonly LogLine[];
	/** Overrides parts of the door. */
	readonly door?: Partial<MeshDoor>;
	/** Called when the mesh is told to go down. */
	readonly onDown?: () => void;
}

export const serviceStatus = (service: string, parts: Partial<ServiceStatus> = {}): ServiceStatus => ({
	service,
	version: 'default',
	kind: 'workload',
	instances: [
		{
			id: `${service}-1`,
			state: 'ready',
			pid: 4711,
			restarts: 0,
			waitingFor: undefined,
			revision: 7,
			appPort: 20_001,
		},
	],
	mtls: 'strict',
	traffic: {requestsPerSecond: 0, success: undefined, p50: undefined, p95: undefined, p99: undefined},
	hostUrl: 'http://127.0.0.1:20010',
	...parts,
});

export const meshStatus = (parts: Partial<MeshStatus> = {}): MeshStatus => ({
	name: 'shop',
	config: '/shop/mesh.config.yaml',
	runtime: 'process',
	engine: undefined,
	revision: 7,
	controlPlane: {pid: 4710, startedAt: '2026-01-01T00:00:00.000Z'},
	proxy: {pid: 4712, connected: true},
	diagnostics: [],
	services: [serviceStatus('web'), serviceStatus('api')],
	sidecars: [
		{sidecar: 'web-1', revision: 7, refused: undefined, certificateUntil: '2026-01-02T00:00:00.000Z'},
		{sidecar: 'api-1', revision: 7, refused: undefined, certificateUntil: '2026-01-02T00:00:00.000Z'},
	],
	urls: [{url: 'http://shop.localhost:8080/', insteadOf: undefined}],
	faults: [],
	tools: [],
	ready: true,
	...parts,
});

/** Creates a mesh with the services web and api. */
export const createMemoryMesh = (parts: MemoryMeshParts = {}): MemoryMesh => {
	const events = createEmitter<MeshEvent>();
	const calls: string[] = [];
	const sent: unknown[] = [];
	let listeners = 0;
	let faults: readonly FaultStatus[] = [];
	const addFault = async (input: unknown): Promise<FaultResult> => {
		sent.push(input);
		const {to} = input as {readonly to: string};
		const id = `f${faults.length + 1}`;
		const fault: FaultStatus = {id, to, explanation: 'wait 2 s', until: undefined, source: 'running'};
		faults = [...faults, fault];
		return {fault, diagnostics: []};
	};

	const door: MeshDoor = {
		status: () => meshStatus({faults, ...parts.status}),
		config: () => ({file: '/shop/mesh.config.yaml', revision: 7, config: {name: 'shop'}}),
		revisions: () => [{revision: 7, publishedAt: '2026-01-01T00:00:00.000Z', refusals: []}],
		endpoints: () => [
			{
				id: 'api-1',
				service: 'api',
				version: 'default',
				state: 'ready',
				address: '127.0.0.1',
				port: 9080,
				transport: 'mtls',
			},
		],
		renewFault: async id => faults.find(fault => fault.id === id),
		replay: () => parts.replay ?? [],
		onEvent: listener => {
			listeners++;
			const off = events.on(listener);
			let isOn = true;
			return () => {
				listeners -= isOn ? 1 : 0;
				isOn = false;
				off();
			};
		},
		routes: service =>
			service === undefined || service === 'api'
				? [{service: 'api', lines: ['every request → api v1 (90 %) or api v2 (10 %)']}]
				: undefined,
		addFault,
		clearFaults: async id => {
			const gone = faults.filter(fault => id === undefined || fault.id === id);
			faults = faults.filter(fault => !gone.includes(fault));
			return gone.length;
		},
		metrics: async () => '# HELP devmesh_revision The newest.\n# TYPE devmesh_revision gauge\ndevmesh_revision 7\n',
		requests: async query => {
			sent.push(query);
			return {requests: [], newest: 3};
		},
		trace: async traceId => (traceId === '0af7651916cd43dd8448eb211c80319c' ? {traceId, spans: []} : undefined),
		certificates: () => [
			{
				holder: 'web-1',
				name: 'spiffe://shop.devmesh.local/ns/default/sa/web',
				notBefore: '2026-01-01T00:00:00.000Z',
				notAfter: '2026-01-02T00:00:00.000Z',
				fingerprint: Array.from({length: 32}, () => 'AB').join(':'),
			},
		],
		logs: ({service, lines, follow, signal}) => readLogs(parts.logs ?? [], {service, lines, follow, signal}),
		reload: async () => {
			calls.push('reload');
			return {revision: 8, accepted: true, diagnostics: []};
		},
		plan: async () => {
			calls.push('plan');
			return {
				lines: ['restart web-1: its settings changed'],
				plan: {operations: [], unchanged: 1},
				diagnostics: [],
			};
		},
		down: () => {
			calls.push('down');
			parts.onDown?.();
		},
		restart: async name => {
			calls.push(`restart ${name} anew`);
			return name === 'web' || name === 'web-1' ? {instances: ['web-1'], failures: []} : undefined;
		},
		pagesOf: () => ({problem: 'it has none'}),
		restartSidecar: sidecar => {
			calls.push(`restart ${sidecar}`);
			return sidecar === 'web-1';
		},
		...parts.door,
	};
	return {door, emit: events.emit, listeners: () => listeners, calls, sent};
};

async function* readLogs(
	all: readonly LogLine[],
	{service, lines, follow, signal}: {readonly service: string | undefined} & Omit<LogQuery, 'service'>,
): AsyncGenerator<LogLine> {
	yield* all
		.filter(({instance}) => service === undefined || instance === service || instance.startsWith(`${service}-`))
		.slice(lines === 0 ? all.length : -lines);
	if (follow && !signal.aborted) {
		await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), {once: true}));
	}
}

export interface ServedMesh {
	readonly api: ServedApi;
	readonly token: string;
	readonly port: number;
	readonly client: ApiClient;
	/** The lines of the control plane's log. */
	readonly logged: readonly string[];
}

/** Serves the API of a mesh; it ends with the test. */
export const serveMesh = async (
	t: ExecutionContext,
	door: MeshDoor,
	clock: Clock = systemClock,
): Promise<ServedMesh> => {
	const token = 'the-token-of-this-test';
	const logged: string[] = [];
	const log = createLog(line => logged.push(line), clock);
	const openApi = await readFile(new URL('../../schema/openapi.json', import.meta.url), 'utf8');
	const api = await serveApi({
		port: 0,
		clock,
		pagesOf: door.pagesOf,
		create: (port, ending) => createApi({mesh: door, token, port, openApi, clock, log, ending}),
	});
	t.teardown(api.stop);
	const port = Number(new URL(api.url).port);
	return {api, token, port, client: createApiClient({url: api.url, token}), logged};
};
