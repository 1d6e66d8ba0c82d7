// Serves the metrics, and nothing else, to whoever has the token that was made for them: a Prometheus need not be able to bring a mesh down.
import {createServer, type Server, type ServerResponse} from 'node:http';
import {prometheusContentType} from '../telemetry/prometheus-text.ts';
import {isSameText} from './is-same-text.ts';

export interface MetricsServer {
	readonly port: number;
	readonly stop: () => Promise<void>;
}

export interface MetricsServerParts {
	/** On 127.0.0.1. */
	readonly port: number;
	readonly token: string;
	/** In Prometheus' text format. */
	readonly read: () => Promise<string>;
}

/** Listens. Rejects with EADDRINUSE when somebody else does. */
export const serveMetrics = async ({port, token, read}: MetricsServerParts): Promise<MetricsServer> => {
	const server = createServer((request, response) => {
		if (!isSameText(request.headers.authorization ?? '', `Bearer ${token}`)) {
			response.writeHead(401).end();
		} else if (request.method !== 'GET' || request.url !== '/metrics') {
			response.writeHead(404).end();
		} else {
			void answer(response, read);
		}
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => resolve());
	});
	return {port: portOf(server), stop: () => stop(server)};
};

/** Reading may fail at once, too: a control plane that was just started knows no metrics yet. */
const answer = async (response: ServerResponse, read: MetricsServerParts['read']): Promise<void> => {
	try {
		const text = await read();
		response.writeHead(200, {'content-type': prometheusContentType}).end(text);
	} catch (error) {
		response.writeHead(500).end(String(error));
	}
};

const portOf = (server: Server): number => {
	const address = server.address();
	return typeof address === 'object' && address ? address.port : 0;
};

const stop = (server: Server): Promise<void> =>
	new Promise(resolve => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
