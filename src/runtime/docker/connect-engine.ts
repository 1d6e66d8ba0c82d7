// Opens the door to the Docker engine. The only file that loads dockerode.
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type Dockerode from 'dockerode';
import {type EngineAddress, type Environment, findEngineAddresses} from './engine-address.ts';
import {type Attempt, noContext, noEngine, noSuchWay, tooOld} from './engine-errors.ts';

export interface Engine {
	readonly docker: Dockerode;
	/** Such as `unix:///var/run/docker.sock`. */
	readonly address: string;
	/** Of the engine, such as `28.2.2`. */
	readonly version: string;
	/** What is spoken with it, such as `1.51`: never newer than what devmesh was tried with. */
	readonly apiVersion: string;
	/** `linux` or `windows`: of the containers, not of this machine. */
	readonly osType: string;
	/** In the words of images: `amd64`, `arm64`. */
	readonly arch: string;
}

/** Docker 19.03. */
const oldestApi = '1.40';
/** Docker 28: what newer engines change is not met unseen. */
const newestApi = '1.51';
/** In milliseconds, for the first answer only. The types do not know it. */
const patience = {connectionTimeout: 10_000} as Dockerode.DockerOptions;

/** Finds the engine as the docker command line does. Throws `MeshError` DM5101, DM5102 or DM5103. */
export const connectEngine = async (environment: Environment): Promise<Engine> => {
	const addresses = await findEngineAddresses(environment);
	if ('unknownContext' in addresses) {
		throw noContext(addresses);
	}

	const attempts: Attempt[] = [];
	for (const address of addresses) {
		try {
			return await openEngine(address);
		} catch (error) {
			if ((error as Error).name === 'MeshError') {
				throw error;
			}

			attempts.push({address, error});
		}
	}

	throw noEngine(attempts);
};

const openEngine = async (address: EngineAddress): Promise<Engine> => {
	const options = await optionsFor(address);
	// It costs 0.1 s and 37 MB: meshes without containers do without.
	const {default: Client} = await import('dockerode');
	const {Version, ApiVersion, Os, Arch} = await new Client({...options, ...patience}).version();
	if (compareVersions(ApiVersion, oldestApi) < 0) {
		throw tooOld(address.address, ApiVersion, oldestApi);
	}

	const apiVersion = compareVersions(ApiVersion, newestApi) < 0 ? ApiVersion : newestApi;
	return {
		docker: new Client({...options, version: `v${apiVersion}`}),
		address: address.address,
		version: Version,
		apiVersion,
		osType: Os,
		arch: Arch,
	};
};

const optionsFor = async (address: EngineAddress): Promise<Dockerode.DockerOptions> => {
	const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(address.address) ?? [];
	if (scheme === 'unix' || scheme === 'npipe') {
		return {...ofEnvironment, socketPath: rest};
	}

	const url = URL.parse(`http://${rest}`);
	if (!['tcp', 'http', 'https'].includes(scheme) || !url) {
		throw noSuchWay(address);
	}

	const tls = address.tls ? await readTls(address.tls.folder) : {};
	const isSecure = scheme === 'https' || address.tls?.always || Object.keys(tls).length > 0;
	return {
		...ofEnvironment,
		...tls,
		protocol: isSecure ? 'https' : 'http',
		host: url.hostname,
		port: url.port || (isSecure ? 2376 : 2375),
	} as Dockerode.DockerOptions;
};

// dockerode reads DOCKER_HOST itself where it is told nothing, so it is told that there is nothing.
const ofEnvironment = {
	protocol: 'http',
	host: undefined,
	port: undefined,
	socketPath: undefined,
	ca: undefined,
	cert: undefined,
	key: undefined,
	timeout: undefined,
	pathPrefix: '/',
} as unknown as Dockerode.DockerOptions;

const readTls = async (folder: string): Promise<Readonly<Record<string, Buffer>>> => {
	const entries = await Promise.all(
		(['ca', 'cert', 'key'] as const).map(
			async name => [name, await readIfThere(path.join(folder, `${name}.pem`))] as const,
		),
	);
	return Object.fromEntries(entries.flatMap(([name, pem]) => (pem ? [[name, pem]] : [])));
};

const readIfThere = async (file: string): Promise<Buffer | undefined> => {
	try {
		return await readFile(file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
};

const compareVersions = (a: string, b: string): number => {
	const [majorA = 0, minorA = 0] = a.split('.').map(Number);
	const [majorB = 0, minorB = 0] = b.split('.').map(Number);
	return majorA - majorB || minorA - minorB;
};
