// Where the Prometheus that comes with the mesh gets its metrics, from one start of the control plane to the next.
import {randomBytes} from 'node:crypto';
import {type MetricsServer, serveMetrics} from '../../admin/serve-metrics.ts';
import {readJson} from '../../common/read-json.ts';
import {writeJson} from '../../common/write-whole.ts';
import {metricsKey} from '../../control/port-keys.ts';
import {type MeshParts, savePorts} from '../mesh-parts.ts';

export interface MetricsDoor {
	/** Serves them, unless it does; gives what must be shown for them. */
	readonly open: () => Promise<string>;
	readonly close: () => Promise<void>;
}

// Its port was free a moment ago; should somebody have been faster, another one is taken.
const longestSearch = 5;

/** Creates the door, which is closed. */
export const createMetricsDoor = (parts: MeshParts, read: () => Promise<string>): MetricsDoor => {
	const {ports, options} = parts;
	let server: MetricsServer | undefined;
	let token: string | undefined;

	const tokenOf = async (): Promise<string> => {
		const known = await readJson<{readonly token: string}>(options.state.metricsToken);
		const {token} = known ?? {token: randomBytes(32).toString('base64url')};
		if (!known) {
			await writeJson(options.state.metricsToken, {token});
		}

		return token;
	};

	const serve = async (token: string): Promise<MetricsServer> => {
		for (let tries = 0; ; tries++) {
			try {
				return await serveMetrics({port: ports.portOf(metricsKey), token, read});
			} catch (error) {
				if (tries === longestSearch || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
					throw error;
				}

				await ports.replace(metricsKey);
				await savePorts(parts);
			}
		}
	};

	return {
		open: async () => {
			token ??= await tokenOf();
			server ??= await serve(token);
			return token;
		},
		close: async () => {
			await server?.stop();
			server = undefined;
		},
	};
};
