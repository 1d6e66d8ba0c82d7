// What may go wrong between devmesh and the Docker engine, in the words of the catalogue.
import {MeshError} from '../../common/mesh-error.ts';
import type {EngineAddress, UnknownContext} from './engine-address.ts';

/** An address that was tried, and what came of it. */
export interface Attempt {
	readonly address: EngineAddress;
	readonly error: unknown;
}

/** Says why none of these addresses led to an engine. */
export const noEngine = (attempts: readonly Attempt[]): MeshError => {
	const refused = attempts.find(({error}) => isRefusal(error));
	if (refused) {
		return notPermitted(refused);
	}

	// Ten sockets that do not exist help nobody when an eleventh does.
	const there = attempts.filter(({error}) => codeOf(error) !== 'ENOENT');
	const [only] = attempts;
	const told = attempts.length === 1 ? attempts : there;
	return new MeshError({
		code: 'DM5101',
		message:
			told.length > 0
				? `no Docker engine answers at ${told.map(({address, error}) => `${nameOf(address)} (${reasonOf(error)})`).join(', ')}`
				: `there is no Docker engine at ${attempts.map(({address}) => address.address).join(', ')}`,
		remedy: howToStart(attempts.length === 1 ? only?.address.from : undefined),
		cause: told[0]?.error,
	});
};

/** Says that a context was chosen that does not exist. */
export const noContext = ({unknownContext, from}: UnknownContext): MeshError =>
	new MeshError({
		code: 'DM5101',
		message: `there is no Docker context "${unknownContext}", which ${from} asks for`,
		remedy: '`docker context ls` shows those that there are; `docker context use default` goes back to the usual one.',
	});

/** Says that devmesh does not dial engines in this way. */
export const noSuchWay = (address: EngineAddress): MeshError =>
	new MeshError({
		code: 'DM5101',
		message: `the Docker engine is at ${nameOf(address)}, and devmesh reaches engines by unix sockets, named pipes and tcp only`,
		remedy: address.address.startsWith('ssh:')
			? 'Forward its socket with `ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock <host>` and set DOCKER_HOST=unix:///tmp/docker.sock, or use an engine of this machine.'
			: 'Write unix:///path/of/docker.sock or tcp://host:port.',
	});

/** Says that the engine does not speak the lowest version of the API that devmesh needs. */
export const tooOld = (address: string, apiVersion: string, wanted: string): MeshError =>
	new MeshError({
		code: 'DM5103',
		message: `the Docker engine at ${address} speaks version ${apiVersion} of its API, and devmesh needs ${wanted}`,
		remedy: 'Install a newer Docker: 19.03 is the oldest that will do.',
	});

/** Gives a broken connection to the engine its code, and everything else back as it is. */
export const asEngineError = (error: unknown, address: string): unknown =>
	isBrokenConnection(error)
		? new MeshError({
				code: 'DM5104',
				message: `the Docker engine at ${address} went away (${reasonOf(error)})`,
				remedy: 'Start it again; devmesh then goes on with the containers that it finds.',
				cause: error,
			})
		: isRefusal(error)
			? notPermitted({address: {address}, error})
			: error;

/** Gives a lack of room its code, wherever it was met, and everything else back as it is. */
export const asFullDisk = (error: unknown): unknown => {
	const [line] = /^.*no space left on device.*$/im.exec(reasonOf(error)) ?? [];
	return line === undefined || (error instanceof MeshError && error.code === 'DM5105')
		? error
		: new MeshError({
				code: 'DM5105',
				message: `the disk of the Docker engine is full: ${line.trim()}`,
				remedy: 'Make room, for example with `docker system prune`, then `devmesh up` again.',
				cause: error,
			});
};

/** The HTTP status with which the engine answered; undefined when it was something else. */
export const statusOf = (error: unknown): number | undefined =>
	(error as {statusCode?: number} | undefined)?.statusCode;

/** The sentence of the engine, without the client's words around it. */
export const reasonOf = (error: unknown): string => {
	const {json, code, message} = (error ?? {}) as {json?: {message?: string}; code?: string; message?: string};
	return (
		json?.message?.trim() ??
		words[code ?? ''] ??
		(message || code || String(error)).replace(/^\(HTTP code \d+\) [^-]*- /, '').trim()
	);
};

const words: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such socket',
	ECONNREFUSED: 'nobody listens there',
	ECONNRESET: 'the connection broke',
	EACCES: 'permission denied',
	EPERM: 'permission denied',
	ENOTFOUND: 'there is no such host',
	ETIMEDOUT: 'no answer',
};

const howToStart = (from: string | undefined): string =>
	from
		? `Start the engine, or correct ${from}; without it devmesh looks at the usual places.`
		: 'Start Docker (Docker Desktop, `colima start`, `sudo systemctl start docker`), or name its address in DOCKER_HOST.';

const notPermitted = ({address, error}: Attempt): MeshError =>
	new MeshError({
		code: 'DM5102',
		message: `the Docker engine at ${nameOf(address)} does not let you in (${reasonOf(error)})`,
		remedy: address.address.startsWith('tcp:')
			? 'Point DOCKER_CERT_PATH to a folder with the ca.pem, cert.pem and key.pem that the engine accepts, and set DOCKER_TLS_VERIFY=1.'
			: 'Join the group of the socket (`sudo usermod -aG docker $USER`, then log in anew), or use Docker without root.',
		cause: error,
	});

const nameOf = ({address, from}: EngineAddress): string => (from ? `${address}, from ${from}` : address);

const codeOf = (error: unknown): string => (error as {code?: string} | undefined)?.code ?? '';

const isRefusal = (error: unknown): boolean =>
	['EACCES', 'EPERM'].includes(codeOf(error)) ||
	[401, 403].includes(statusOf(error) ?? 0) ||
	/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(codeOf(error));

const isBrokenConnection = (error: unknown): boolean =>
	statusOf(error) === undefined &&
	['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'UND_ERR_SOCKET'].includes(
		codeOf(error),
	);
