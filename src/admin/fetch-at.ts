// Asks a server of this machine by a name that need not resolve, as a browser does with `*.localhost`.
import {Agent, fetch} from 'undici';

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
			return (await fetch(target, {...(init as object), dispatcher: agent})) as unknown as Response;
		},
		close: () => agent.close(),
	};
};
