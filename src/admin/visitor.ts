// Who asks: by a name of this machine, and from no foreign page. Both must be known before anything is told.
import type {ApiProblem} from '../model/api.ts';

export interface Visitor {
	readonly host: string | undefined;
	/** The address in the first line, where it is a whole one (RFC 9112, 3.2.2). */
	readonly target: string;
	readonly origin: string | undefined;
}

/** Says why a visitor is refused: one who comes by a rebound name (DNS rebinding) or from a page of another origin. Undefined for everybody else. */
export const refusalOf = ({host, target, origin}: Visitor, port: number): ApiProblem | undefined => {
	const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
	const isOurs = (name: string): boolean => hosts.includes(name.toLowerCase());
	if (host === undefined || !isOurs(host) || !isOurs(URL.parse(target, `http://${host}`)?.host ?? '')) {
		return {
			code: 'DM6002',
			message: `the API does not answer to the host ${host ?? 'of nobody'}`,
			remedy: `Ask at http://127.0.0.1:${port}.`,
		};
	}

	return origin === undefined || hosts.some(name => origin === `http://${name}`)
		? undefined
		: {
				code: 'DM6003',
				message: `the API does not answer to pages of ${origin}`,
				remedy: 'Use it from the machine itself, or from its own pages.',
			};
};
