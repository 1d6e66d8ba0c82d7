// Asks a server of this machine by a name that need not resolve, as a browser does with `*.localhost`.
import {Agent, type BodyInit, fetch} from 'undici';

export interface FetchAt {
	/** Asks for a URL; its port is replaced by the server's. */
	readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
	readonly close: () => Promise<void>;
}

/** Creates what asks the server at a port of 127.0.0.1, whatever the host of a URL is. */
export const createFetchAt = (port: number): FetchAt => {
	const agent = new Agent({
		connect: {
			lookup: (_name, options, callback) =>
				options.all
					? callback(null, [{address: '127.0.0.1', family: 4}])
					: (callback as unknown as (error: null, address: string, family: number) => void)(null, '127.0.0.1', 4),
		},
	});
	return {
		fetch: async (url, init) => {
			const target = new URL(url);
			target.protocol = 'http:';
			target.port = String(port);
			const request = new Request(target, init);
			return (await fetch(target, {
				method: request.method,
				headers: [...request.headers],
				body: await bodyOf(request, init),
				duplex: 'half',
				redirect: request.redirect,
				signal: request.signal,
				dispatcher: agent,
			})) as unknown as Response;
		},
		close: () => agent.close(),
	};
};

// A form is one of Node's own, which undici's fetch would send as `[object FormData]`; as bytes, it has a length and survives a redirect.
const bodyOf = async (request: Request, init: RequestInit | undefined): Promise<BodyInit | null> => {
	const isStream = Symbol.asyncIterator in Object(init?.body);
	return request.body === null || isStream ? (request.body as BodyInit | null) : request.bytes();
};
