// What docker's command line knows of a registry: its config file, and the helpers that it names.
import {spawn} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface RegistryCredentials {
	readonly username: string;
	readonly password: string;
	readonly serveraddress: string;
}

interface DockerConfig {
	readonly auths?: Readonly<Record<string, {readonly auth?: string}>>;
	readonly credsStore?: string;
	readonly credHelpers?: Readonly<Record<string, string>>;
}

const hub = 'https://index.docker.io/v1/';

/** The registry of an image, as docker's config names it. Source: the reference grammar of distribution. */
export const registryOf = (image: string): string => {
	const [first = '', ...rest] = image.split('/');
	return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : hub;
};

/** Gives what the user has stored for the registry of an image; undefined when there is nothing. */
export const findCredentials = async (
	image: string,
	environment: Readonly<Record<string, string | undefined>>,
): Promise<RegistryCredentials | undefined> => {
	const folder = environment['DOCKER_CONFIG'] ?? path.join(environment['HOME'] ?? os.homedir(), '.docker');
	const text = await readFile(path.join(folder, 'config.json'), 'utf8').catch(() => '{}');
	const config = parse(text);
	const registry = registryOf(image);
	const helper = config.credHelpers?.[registry] ?? config.credsStore;
	if (helper !== undefined) {
		const answer = await askHelper(helper, registry, environment);
		if (answer) {
			return answer;
		}
	}

	const auth = config.auths?.[registry]?.auth ?? config.auths?.[`https://${registry}`]?.auth;
	const [, username = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth ?? '', 'base64').toString()) ?? [];
	return auth ? {username, password, serveraddress: registry} : undefined;
};

const parse = (text: string): DockerConfig => {
	try {
		return JSON.parse(text) as DockerConfig;
	} catch {
		return {};
	}
};

/** Source: docker-credential-helpers, "Development": `get` reads the server from standard input and prints JSON. */
const askHelper = (
	helper: string,
	registry: string,
	environment: Readonly<Record<string, string | undefined>>,
): Promise<RegistryCredentials | undefined> =>
	new Promise(resolve => {
		const child = spawn(`docker-credential-${helper}`, ['get'], {
			env: environment,
			stdio: ['pipe', 'pipe', 'ignore'],
			windowsHide: true,
		});
		let output = '';
		child.stdout.on('data', (chunk: Buffer) => {
			output += chunk;
		});
		child.stdin.on('error', () => {});
		child.once('error', () => resolve(undefined));
		child.once('close', code => {
			const {Username, Secret} = code === 0 ? (parse(output) as Record<string, string | undefined>) : {};
			resolve(
				Username !== undefined && Secret !== undefined
					? {username: Username, password: Secret, serveraddress: registry}
					: undefined,
			);
		});
		child.stdin.end(registry);
	});
