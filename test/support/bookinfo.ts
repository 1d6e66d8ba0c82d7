// The bookinfo mesh of the root config, brought up by its own user in a folder of its own.
import {readdir, readFile, writeFile} from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {meshIdOf} from '../../src/mesh/state-folder.ts';
import type {MeshStatus} from '../../src/model/mesh-status.ts';
import {createBookinfo} from './project.ts';
import type {TestEngine} from './test-engine.ts';
import {createUser, readJson, type User} from './user.ts';

export interface Bookinfo {
	readonly user: User;
	readonly folder: string;
	readonly configFile: string;
	readonly status: () => Promise<MeshStatus>;
	/** Where a person calls a service through the mesh. */
	readonly urlOf: (service: string) => Promise<string>;
	/** The port of the gateway's plain HTTP listener. */
	readonly httpPort: () => Promise<number>;
	/** Changes the config and resolves when every sidecar serves the result. */
	readonly save: (change: (text: string) => string) => Promise<void>;
	/** Calls a service from beside an instance, as its app would. Returns the status code. */
	readonly callFrom: (instance: string, service: string, path: string) => Promise<number>;
	/** The lines of the access log so far. */
	readonly accessLog: () => Promise<readonly AccessLine[]>;
}

export interface AccessLine {
	readonly sidecar: string;
	readonly direction: string;
	readonly caller: string;
	readonly destination: string;
	readonly version?: string;
	readonly status: number;
	readonly flags: string;
	readonly connection: string;
	readonly revision: number;
}

/** Where bookinfo runs. */
export type Place = {readonly kind: 'processes'} | {readonly kind: 'containers'; readonly engine: TestEngine};

/** Brings bookinfo up; it goes down when the test ends. */
export const startBookinfo = async (
	t: ExecutionContext,
	place: Place = {kind: 'processes'},
	change: (config: string) => string = config => config,
): Promise<Bookinfo> => {
	const folder = await createBookinfo(t);
	const configFile = path.join(folder, 'mesh.config.yaml');
	await writeFile(configFile, change(await readFile(configFile, 'utf8')));
	const user = await createUser(t, folder, environmentOf(place));
	// Said once: the mesh keeps to it.
	const up = await user.devmesh('up', '-d', ...(place.kind === 'containers' ? ['--runtime', 'docker'] : []));
	if (up.code !== 0) {
		throw new Error(`devmesh up ended with ${up.code}\n${up.stdout}${up.stderr}`);
	}

	const status = () => user.json<MeshStatus>('status');
	return {
		user,
		folder,
		configFile,
		status,
		urlOf: async name => {
			const service = (await status()).services.find(entry => entry.service === name);
			if (!service?.hostUrl) {
				throw new Error(`${name} has no address`);
			}

			return service.hostUrl;
		},
		httpPort: async () => {
			const {url} = (await status()).urls.find(entry => entry.url.startsWith('http:')) ?? {url: ''};
			return Number(new URL(url).port);
		},
		save: async change => {
			const before = await status();
			await writeFile(configFile, change(await readFile(configFile, 'utf8')));
			for (;;) {
				const now = await status();
				if (now.revision > before.revision && now.sidecars.every(({revision}) => revision === now.revision)) {
					return;
				}
			}
		},
		callFrom: (instance, service, url) =>
			place.kind === 'containers'
				? callInContainer(place.engine, `${meshIdOf(configFile)}-${instance}`, `http://${service}:9080${url}`)
				: callAtPort(path.join(user.home, meshIdOf(configFile)), `${instance}/outbound:${service}`, url),
		accessLog: async () => {
			const [mesh = ''] = (await readdir(user.home)).filter(name => name !== 'ca');
			const log = await readFile(path.join(user.home, mesh, 'logs', 'proxy.log'), 'utf8');
			return log
				.split('\n')
				.filter(line => line.includes('"direction"'))
				.map(line => JSON.parse(line) as AccessLine);
		},
	};
};

const environmentOf = (place: Place): Record<string, string> =>
	place.kind === 'containers' ? {DOCKER_HOST: place.engine.host} : {};

const callAtPort = async (state: string, key: string, url: string): Promise<number> => {
	const {ports} = await readJson<{readonly ports: Readonly<Record<string, number>>}>(path.join(state, 'ports.json'));
	return statusOf(`http://127.0.0.1:${ports[key]}${url}`, undefined, {});
};

const callInContainer = async (engine: TestEngine, container: string, url: string): Promise<number> => {
	const program = `fetch(${JSON.stringify(url)}).then(({status}) => console.log(status))`;
	return Number(await engine.run('exec', container, 'node', '-e', program));
};

/** Sends requests one after the other on one connection. Returns their status codes. */
export const sendOnOneSocket = async (
	url: string,
	count: number,
	headers: Readonly<Record<string, string>> = {},
): Promise<readonly number[]> => {
	const agent = new http.Agent({keepAlive: true, maxSockets: 1});
	const codes: number[] = [];
	try {
		for (let sent = 0; sent < count; sent++) {
			codes.push(await statusOf(url, agent, headers));
		}
	} finally {
		agent.destroy();
	}

	return codes;
};

/** Sends one request and reads its reply to the end. */
export const statusOf = (
	url: string,
	agent: http.Agent | undefined,
	headers: Readonly<Record<string, string>>,
): Promise<number> =>
	new Promise((resolve, reject) => {
		const request = http.get(url, {headers, ...(agent && {agent})}, response => {
			response.resume();
			response.on('end', () => resolve(response.statusCode ?? 0));
			response.on('error', reject);
		});
		request.on('error', reject);
	});
