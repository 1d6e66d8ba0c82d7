// Where the Prometheus that comes with the mesh gets its metrics, from one start of the control plane to the next.
import {randomBytes} from 'node:crypto';
import {type MetricsServer, serveMetrics} from '../../admin/serve-metrics.ts';
import {readJson} from '../../common/read-json.ts';
import {writeJson} from '../../common/write-whole.ts';
import {metricsKey} from '../../control/port-keys.ts';
import type {MeshParts} from '../mesh-parts.ts';
import {serveAtKeptPort} from '../serve-at-kept-port.ts';

export interface MetricsDoor {
	/** Serves them, unless it does; gives what must be shown for them. */
	readonly open: () => Promise<string>;
	readonly close: () => Promise<void>;
}

/** Creates the door, which is closed. */
export const createMetricsDoor = (parts: MeshParts, read: () => Promise<string>): MetricsDoor => {
	const {options} = parts;
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

	return {
		open: async () => {
			token ??= await tokenOf();
			const shown = token;
			server ??= await serveAtKeptPort(parts, metricsKey, port => serveMetrics({port, token: shown, read}));
			return shown;
		},
		close: async () => {
			await server?.stop();
			server = undefined;
		},
	};
};
