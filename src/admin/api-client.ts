// Speaks to the API of a running mesh. Light, since every command begins with it.
import {createJsonLines} from '../common/json-lines.ts';
import {MeshError} from '../common/mesh-error.ts';
import type {
	ApiAddress,
	ApiProblem,
	CertificateStatus,
	LogLine,
	PlanResult,
	ReloadResult,
	RouteExplanation,
} from '../model/api.ts';
import type {MeshEvent} from '../model/mesh-event.ts';
import type {FaultStatus, MeshStatus} from '../model/mesh-status.ts';

export interface LogOptions {
	readonly service?: string | undefined;
	readonly lines: number;
	readonly follow: boolean;
}

/** Every call rejects with a MeshError: the API's own refusal, or DM6010 when nobody answers. */
export interface ApiClient {
	readonly status: () => Promise<MeshStatus>;
	/** Goes on until the signal is aborted or the mesh is gone. */
	readonly events: (signal: AbortSignal) => AsyncGenerator<MeshEvent>;
	readonly routes: (service?: string) => Promise<readonly RouteExplanation[]>;
	readonly faults: () => Promise<readonly FaultStatus[]>;
	readonly addFault: (fault: unknown) => Promise<FaultStatus>;
	readonly clearFaults: (id?: string) => Promise<number>;
	readonly certificates: () => Promise<readonly CertificateStatus[]>;
	readonly logs: (options: LogOptions, signal: AbortSignal) => AsyncGenerator<LogLine>;
	readonly reload: () => Promise<ReloadResult>;
	readonly plan: () => Promise<PlanResult>;
	readonly down: () => Promise<void>;
	readonly restartSidecar: (sidecar: string) => Promise<void>;
}

/** Creates a client; nothing is asked yet. */
export const createApiClient = ({url, token}: Pick<ApiAddress, 'url' | 'token'>): ApiClient => {
	const ask = async (
		method: string,
		path: string,
		parts: {readonly body?: unknown; readonly signal?: AbortSignal} = {},
	) => {
		const response = await fetch(`${url}/api/v1${path}`, {
			method,
			headers: {
				authorization: `Bearer ${token}`,
				...(parts.body !== undefined && {'content-type': 'application/json'}),
			},
			...(parts.body !== undefined && {body: JSON.stringify(parts.body)}),
			...(parts.signal && {signal: parts.signal}),
		}).catch((error: unknown) => {
			throw notRunning(error);
		});
		if (!response.ok) {
			throw await refusal(response);
		}

		return response;
	};

	const json = async <Value>(method: string, path: string, body?: unknown): Promise<Value> => {
		const response = await ask(method, path, body === undefined ? {} : {body});
		return (await response.json()) as Value;
	};

	return {
		status: () => json('GET', '/status'),
		events: async function* (signal) {
			const response = await ask('GET', '/events', {signal});
			for await (const block of splitStream(response, '\n\n', signal)) {
				const data = block
					.split('\n')
					.filter(line => line.startsWith('data:'))
					.map(line => line.slice('data:'.length))
					.join('\n');
				if (data !== '') {
					yield JSON.parse(data) as MeshEvent;
				}
			}
		},
		routes: service => json('GET', service === undefined ? '/routes' : `/routes?${new URLSearchParams({service})}`),
		faults: () => json('GET', '/faults'),
		addFault: fault => json('POST', '/faults', fault),
		clearFaults: async id => {
			const path = id === undefined ? '/faults' : `/faults/${encodeURIComponent(id)}`;
			return (await json<{readonly removed: number}>('DELETE', path)).removed;
		},
		certificates: () => json('GET', '/certificates'),
		logs: async function* ({service, lines, follow}, signal) {
			const query = new URLSearchParams({
				lines: String(lines),
				follow: String(follow),
				...(service !== undefined && {service}),
			});
			const response = await ask('GET', `/logs?${query}`, {signal});
			const found: LogLine[] = [];
			const take = createJsonLines(value => found.push(value as LogLine));
			for await (const piece of textOf(response, signal)) {
				take(piece);
				yield* found.splice(0);
			}
		},
		reload: () => json('POST', '/reload'),
		plan: () => json('POST', '/plan'),
		down: async () => {
			await ask('POST', '/down');
		},
		restartSidecar: async sidecar => {
			await ask('POST', `/sidecars/${encodeURIComponent(sidecar)}/restart`);
		},
	};
};

const notRunning = (cause: unknown): MeshError =>
	new MeshError({
		code: 'DM6010',
		message: 'the mesh does not answer',
		remedy: 'Start it with `devmesh up`; if it runs, its control plane is being started again.',
		cause,
	});

const refusal = async (response: Response): Promise<MeshError> => {
	const problem = (await response.json().catch(() => undefined)) as ApiProblem | undefined;
	return new MeshError(
		problem ?? {
			code: 'DM6011',
			message: `the mesh answered ${response.status}`,
			remedy: 'Is the version of devmesh the same on both sides?',
		},
	);
};

/** Gives text as it comes; ends when the mesh is gone or the signal is aborted. */
async function* textOf(response: Response, signal: AbortSignal): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	try {
		for await (const chunk of response.body ?? []) {
			yield decoder.decode(chunk as Uint8Array, {stream: true});
		}
	} catch (error) {
		// A stream that breaks off is the end of the control plane; the caller sees it by the end of the events.
		if (!signal.aborted && !(error instanceof TypeError)) {
			throw error;
		}
	}
}

async function* splitStream(response: Response, separator: string, signal: AbortSignal): AsyncGenerator<string> {
	let rest = '';
	for await (const piece of textOf(response, signal)) {
		const parts = (rest + piece).split(separator);
		rest = parts.pop() ?? '';
		yield* parts;
	}
}
