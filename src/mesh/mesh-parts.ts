// Opens all parts of a mesh from what its state folder holds.
import {createHash} from 'node:crypto';
import type {Clock} from '../common/clock.ts';
import {createEmitter, type Emitter} from '../common/emitter.ts';
import type {Log} from '../common/log.ts';
import {readJson} from '../common/read-json.ts';
import {writeJson, writeWhole} from '../common/write-whole.ts';
import {type CertificateBook, createCertificateBook} from '../control/certificate-book.ts';
import {createFaultOverlay, type FaultOverlay, type RunningFault} from '../control/fault-overlay.ts';
import {createInstanceRegistry, type InstanceRegistry} from '../control/instance-registry.ts';
import {createPortBook, type PortBook, type SavedPorts} from '../control/port-book.ts';
import {createTrafficWindow, type TrafficWindow} from '../control/traffic-window.ts';
import type {MeshEvent} from '../model/mesh-event.ts';
import {meshNamespace} from '../model/system-identity.ts';
import {createMeshAuthority, loadMeshAuthority, type MeshAuthority} from '../pki/mesh-authority.ts';
import {loadOrCreateUserAuthority} from '../pki/user-authority.ts';
import {createProcessRuntime} from '../runtime/process-runtime.ts';
import type {Runtime} from '../runtime/runtime.ts';
import type {StateFolder} from './state-folder.ts';

export interface MeshOptions {
	/** Absolute. */
	readonly configFile: string;
	readonly state: StateFolder;
	/** Where the root for browsers is kept, for all meshes of the user. */
	readonly userAuthorityFolder: string;
	/** What the services inherit, and what the variables of the config are filled in from. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** The file of the proxy process's program. */
	readonly proxyProgram: string;
	readonly pid: number;
	readonly clock: Clock;
	readonly log: Log;
}

export interface MeshParts {
	readonly options: MeshOptions;
	readonly runtime: Runtime;
	readonly authority: MeshAuthority;
	/** PEM of the root that browsers are told to trust. */
	readonly userRootPem: string;
	/** Of services, `gateway`, `host`, the control plane and the proxy process. */
	readonly identities: CertificateBook;
	/** Of the gateway's hosts. */
	readonly hosts: CertificateBook;
	readonly ports: PortBook;
	readonly faults: FaultOverlay;
	/** Told of whenever the faults of the running mesh change. */
	readonly faultChanges: Emitter<readonly RunningFault[]>;
	readonly instances: InstanceRegistry;
	readonly traffic: TrafficWindow;
	readonly events: Emitter<MeshEvent>;
}

/** Opens the parts; the state folder must exist. */
export const openMeshParts = async (options: MeshOptions): Promise<MeshParts> => {
	const {state, clock, log, environment, proxyProgram} = options;
	const id = createHash('sha256').update(options.configFile).digest();
	const authority = await openAuthority(state.authority, `m-${id.toString('hex').slice(0, 8)}.devmesh.local`, clock);
	const user = await loadOrCreateUserAuthority(options.userAuthorityFolder, clock);
	const faultChanges = createEmitter<readonly RunningFault[]>();
	return {
		options,
		runtime: createProcessRuntime({
			files: {processes: state.processes, logs: state.logs},
			clock,
			log,
			environment,
			proxyProgram,
		}),
		authority,
		userRootPem: user.rootPem,
		identities: createCertificateBook(name => authority.issue(name), clock),
		hosts: createCertificateBook(host => user.issueForHost(host), clock),
		ports: createPortBook(await readJson<SavedPorts>(state.ports), id.readUInt32BE(0)),
		faults: createFaultOverlay((await readJson<readonly RunningFault[]>(state.faults)) ?? [], clock, faultChanges.emit),
		faultChanges,
		instances: createInstanceRegistry(clock),
		traffic: createTrafficWindow(clock),
		events: createEmitter<MeshEvent>(),
	};
};

const openAuthority = async (file: string, trustDomain: string, clock: Clock): Promise<MeshAuthority> => {
	const saved = await readJson<unknown>(file);
	if (saved !== undefined) {
		return loadMeshAuthority(JSON.stringify(saved), clock);
	}

	const authority = await createMeshAuthority({trustDomain, namespace: meshNamespace, clock});
	await writeWhole(file, authority.serialize());
	return authority;
};

/** Keeps the ports of a mesh for its next start. */
export const savePorts = ({ports, options}: MeshParts): Promise<void> => writeJson(options.state.ports, ports.save());
