// Finds where the Docker engine listens, in the order in which the docker command line looks.
import {createHash} from 'node:crypto';
import {homedir} from 'node:os';
import path from 'node:path';
import {readJson} from '../../common/read-json.ts';

/** The variables of the user's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface EngineAddress {
	/** Such as `unix:///var/run/docker.sock` or `tcp://127.0.0.1:2376`. */
	readonly address: string;
	/** Who named it, in words: `DOCKER_HOST`, `the Docker context "colima"`. Absent: it is one of the usual places. */
	readonly from?: string;
	/** Absent: no TLS. */
	readonly tls?: {
		/** With `ca.pem`, `cert.pem` and `key.pem`, each optional. */
		readonly folder: string;
		/** False: only if one of the files is there. */
		readonly always: boolean;
	};
}

/** A context was chosen that nobody has made. */
export interface UnknownContext {
	readonly unknownContext: string;
	readonly from: string;
}

/** Gives the one address that the user chose, else the usual places, to be tried in this order. */
export const findEngineAddresses = async (
	environment: Environment,
	platform: NodeJS.Platform = process.platform,
): Promise<readonly EngineAddress[] | UnknownContext> => {
	if (environment['DOCKER_HOST']) {
		return [addressOfHost(environment['DOCKER_HOST'], environment)];
	}

	const inVariable = environment['DOCKER_CONTEXT'];
	const context = inVariable || (await readDockerConfig(environment)).currentContext;
	if (!context || context === 'default') {
		return usualAddresses(environment, platform);
	}

	const from = inVariable ? 'DOCKER_CONTEXT' : path.join(dockerFolder(environment), 'config.json');
	const address = await addressOfContext(context, environment);
	return address ? [address] : {unknownContext: context, from};
};

/** What devmesh reads of docker's `config.json`. */
export interface DockerConfig {
	readonly currentContext?: string;
	readonly auths?: Readonly<Record<string, {readonly auth?: string; readonly identitytoken?: string}>>;
	readonly credsStore?: string;
	readonly credHelpers?: Readonly<Record<string, string>>;
}

/** Gives the user's settings of the docker command line; without a file, none. */
export const readDockerConfig = async (environment: Environment): Promise<DockerConfig> =>
	(await readJson<DockerConfig>(path.join(dockerFolder(environment), 'config.json'))) ?? {};

const dockerFolder = (environment: Environment): string =>
	environment['DOCKER_CONFIG'] || path.join(homeOf(environment), '.docker');

const homeOf = (environment: Environment): string => environment['HOME'] || environment['USERPROFILE'] || homedir();

const addressOfHost = (host: string, environment: Environment): EngineAddress => ({
	// As the command line has it, `127.0.0.1:2375` is short for TCP.
	address: host.includes('://') ? host : `tcp://${host}`,
	from: 'DOCKER_HOST',
	...(environment['DOCKER_TLS_VERIFY'] && !host.startsWith('unix:')
		? {tls: {folder: environment['DOCKER_CERT_PATH'] || dockerFolder(environment), always: true}}
		: {}),
});

interface ContextFile {
	readonly Endpoints?: {readonly docker?: {readonly Host?: string}};
}

const addressOfContext = async (name: string, environment: Environment): Promise<EngineAddress | undefined> => {
	const folder = path.join(dockerFolder(environment), 'contexts');
	const id = createHash('sha256').update(name).digest('hex');
	const file = await readJson<ContextFile>(path.join(folder, 'meta', id, 'meta.json'));
	const host = file?.Endpoints?.docker?.Host;
	return host
		? {
				address: host,
				from: `the Docker context "${name}"`,
				...(host.startsWith('tcp:') ? {tls: {folder: path.join(folder, 'tls', id, 'docker'), always: false}} : {}),
			}
		: undefined;
};

const usualAddresses = (environment: Environment, platform: NodeJS.Platform): readonly EngineAddress[] =>
	platform === 'win32'
		? [{address: 'npipe:////./pipe/docker_engine'}]
		: usualSockets(homeOf(environment), environment['XDG_RUNTIME_DIR']).map(socket => ({address: `unix://${socket}`}));

const usualSockets = (home: string, runtimeFolder: string | undefined): readonly string[] => [
	'/var/run/docker.sock',
	// Docker Desktop.
	path.join(home, '.docker', 'run', 'docker.sock'),
	path.join(home, '.docker', 'desktop', 'docker.sock'),
	path.join(home, '.colima', 'default', 'docker.sock'),
	path.join(home, '.orbstack', 'run', 'docker.sock'),
	path.join(home, '.rd', 'docker.sock'),
	// Docker and Podman without root.
	...(runtimeFolder
		? [path.join(runtimeFolder, 'docker.sock'), path.join(runtimeFolder, 'podman', 'podman.sock')]
		: []),
	path.join(home, '.local', 'share', 'containers', 'podman', 'machine', 'podman.sock'),
	'/run/podman/podman.sock',
];
