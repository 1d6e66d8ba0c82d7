// Reads the address of a service outside the mesh.
import type {Protocol} from '../model/mesh-config.ts';

export interface ExternalAddress {
	readonly host: string;
	readonly port: number;
	readonly tls: boolean;
	readonly protocol: Protocol;
}

/** Reads `https://host[:port]`, `http://host[:port]` or `tcp://host:port`, without a path; undefined for any other text. */
export const parseExternal = (text: string): ExternalAddress | undefined => {
	const [, scheme, host, port] =
		/^(https?|tcp):\/\/([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(\d{1,5}))?\/?$/.exec(text) ?? [];
	if (!host || (scheme === 'tcp' && port === undefined)) {
		return undefined;
	}

	const number = port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port);
	return number >= 1 && number <= 65_535
		? {host: host.toLowerCase(), port: number, tls: scheme === 'https', protocol: scheme === 'tcp' ? 'tcp' : 'http'}
		: undefined;
};
