// Opens all parts of a mesh from what its state folder holds.
import {createHash} from 'node:crypto';
import path from 'node:path';
import type {Clock} from '../common/clock.ts';
import {createEmitter, type Emitter} from '../common/emitter.ts';
import type {Log} from '../common/log.ts';
import {readJson} from '../common/read-json.ts';
import {writeJson, writeWhole} from '../common/write-whole.ts';
import {withoutControlVariables} from '../config/control-variables.ts';
import {type ReadResult, readConfig} from '../config/read-config.ts';
import {type CertificateBook, createCertificateBook} from '../control/certificate-book.ts';
import {createFaultOverlay, type FaultOverlay, type RunningFault} from '../control/fault-overlay.ts';
import {createInstanceRegistry, type InstanceRegistry} from '../control/instance-registry.ts';
import {createNumberBook, type NumberBook, type SavedNumbers} from '../control/number-book.ts';
import {createPlaces, type Places} from '../control/places.ts';
import {createPortBook, type PortBook, type SavedPorts} from '../control/port-book.ts';
import {createComposeReader} from '../interop/compose/create-compose-reader.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import type {MeshEvent} from '../model/mesh-event.ts';
import {meshNamespace} from '../model/system-identity.ts';
import {createMeshAuthority, loadMeshAuthority, type MeshAuthority} from '../pki/mesh-authority.ts';
import {loadOrCreateUserAuthority} from '../pki/user-authority.ts';
import {type Containers, createContainers} from '../runtime/docker/containers.ts';
import type {AskSidecar} from '../runtime/docker/pod-body.ts';
import {createProcessRuntime} from '../runtime/process-runtime.ts';
import type {Runtime} from '../runtime/runtime.ts';
import {createImagePorts, type ImagePorts} from './image-ports.ts';
import type {SavedEngine} from './left-in-engine.ts';
import {podBootstrap} from './pod-bootstrap.ts';
import {readNameServers} from './read-name-servers.ts';
import type {StateFolder} from './state-folder.ts';

export interface MeshOptions {
	/** Absolute. */
	readonly configFile: string;
	readonly state: StateFolder;
	/** Where the root for browsers is kept, for all meshes of the user. */
	readonly userAuthorityFolder: string;
	/** What the services inherit, without the variables that only a control plane heeds, and what the variables of the config are filled in from. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** The file of the proxy process's program. */
	readonly proxyProgram: string;
	/** The folder of the texts that devmesh writes out. */
	readonly templates: string;
	/** The file of the API's description. */
	readonly openApiFile: string;
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
	readonly numbers: NumberBook;
	readonly containers: Containers;
	readonly imagePorts: ImagePorts;
	/** By service: what the build of its image could not do. */
	readonly buildWarnings: ReadonlyMap<string, MeshEvent>;
	/** Reads the config file, with what is known of images. */
	readonly readConfig: () => Promise<ReadResult>;
	/** Where everything of a config is. */
	readonly placesOf: (config: MeshConfig) => Places;
	readonly faults: FaultOverlay;
	/** Told of whenever the faults of the running mesh change. */
	readonly faultChanges: Emitter<readonly RunningFault[]>;
	/** Told when one of them is to last longer. */
	readonly faultRenewals: Emitter<void>;
	readonly instances: InstanceRegistry;
	readonly events: Emitter<MeshEvent>;
}

/** What the containers need of those who are put together later. */
export interface ContainerCallbacks {
	readonly ask: AskSidecar;
	/** Whether a sidecar has its snapshot. */
	readonly isServing: (sidecar: string) => boolean;
	/** The sidecar of an instance, or of `gateway`, was started. */
	readonly onSidecar: (sidecar: string) => void;
	/** More is known of images than when the config was read. */
	readonly onImagePorts: () => void;
}

/** Opens the parts; the state folder must exist. */
export const openMeshParts = async (options: MeshOptions, callbacks: () => ContainerCallbacks): Promise<MeshParts> => {
	const {state, clock, log, environment, proxyProgram} = options;
	const id = createHash('sha256').update(options.configFile).digest();
	const authority = await openAuthority(state.authority, `m-${id.toString('hex').slice(0, 8)}.devmesh.local`, clock);
	const user = await loadOrCreateUserAuthority(options.userAuthorityFolder, clock);
	const faultChanges = createEmitter<readonly RunningFault[]>();
	const faultRenewals = createEmitter<void>();
	const identities = createCertificateBook(name => authority.issue(name), clock);
	const ports = createPortBook(await readJson<SavedPorts>(state.ports), portSeed(state.folder));
	const numbers = createNumberBook(await readJson<SavedNumbers>(state.numbers));
	const events = createEmitter<MeshEvent>();
	const buildWarnings = new Map<string, MeshEvent>();
	const containers = createContainers({
		mesh: {id: path.basename(state.folder), configFile: options.configFile, folder: path.dirname(options.configFile)},
		clock,
		log,
		environment,
		programs: path.dirname(proxyProgram),
		dockerfile: path.join(options.templates, 'docker', 'Dockerfile'),
		baseImage: environment['DEVMESH_BASE_IMAGE'] ?? 'node:26-slim',
		proxyLogFile: path.join(state.logs, 'proxy.log'),
		onEngine: ({address}) => writeJson(state.engine, {address} satisfies SavedEngine),
		bootstrapOf: () => JSON.stringify(podBootstrap(identities, authority)),
		ask: (instance, target, timeoutMs) => callbacks().ask(instance, target, timeoutMs),
		isServing: sidecar => callbacks().isServing(sidecar),
		onSidecar: sidecar => callbacks().onSidecar(sidecar),
		onImage: (service, container, exposed) => {
			if (imagePorts.note(service, container, exposed)) {
				callbacks().onImagePorts();
			}
		},
		onProgress: (service, message) => events.emit({kind: 'notice', message: `${service}: ${message}`}),
		onWarning: (service, warning) => {
			buildWarnings.delete(service);
			if (warning) {
				const {code, message, remedy} = warning;
				const notice = {kind: 'notice', message: `${code}  ${message}\n  ${remedy}`} as const;
				buildWarnings.set(service, notice);
				events.emit(notice);
			}
		},
	});
	const imagePorts = createImagePorts(containers.exposedPorts);
	const nameServers = await readNameServers();
	return {
		options,
		containers,
		imagePorts,
		buildWarnings,
		readConfig: () => readConfig(options.configFile, environment, createComposeReader({exposedPortsOf: imagePorts.of})),
		numbers,
		placesOf: config =>
			createPlaces({
				config,
				portOf: key => portOrNone(ports.portOf, key),
				numberOf: numbers.numberOf,
				network: containers.network(),
				nameServers,
			}),
		runtime: createProcessRuntime({
			containers,
			files: {processes: state.processes, logs: state.logs},
			clock,
			log,
			environment: withoutControlVariables(environment),
			proxyProgram,
		}),
		authority,
		userRootPem: user.rootPem,
		identities,
		hosts: createCertificateBook(host => user.issueForHost(host), clock),
		ports,
		faults: createFaultOverlay(
			(await readJson<readonly RunningFault[]>(state.faults)) ?? [],
			clock,
			faultChanges.emit,
			faultRenewals.emit,
		),
		faultChanges,
		faultRenewals,
		instances: createInstanceRegistry(clock),
		events,
	};
};

/** Where the search for ports begins: meshes of one config file that run at once, each with state of its own, must not look at the same ones. */
const portSeed = (folder: string): number => createHash('sha256').update(folder).digest().readUInt32BE(0);

/** A service that is yet to come has no port yet, and its number makes no difference to the plan. */
const portOrNone = (portOf: (key: string) => number, key: string): number => {
	try {
		return portOf(key);
	} catch {
		return 0;
	}
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

/** Keeps the ports and addresses of a mesh for its next start. */
export const savePorts = async ({ports, numbers, options}: MeshParts): Promise<void> => {
	const saved = numbers.save();
	await Promise.all([
		writeJson(options.state.ports, ports.save()),
		Object.keys(saved).length > 0 && writeJson(options.state.numbers, saved),
	]);
};
