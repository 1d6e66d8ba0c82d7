// Speaks to the API of a running mesh. Light, since every command begins with it.
import {type Clock, systemClock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {
	ApiAddress,
	CertificateStatus,
	LogLine,
	PlanResult,
	ReloadResult,
	RestartResult,
	RouteExplanation,
} from '../model/api.ts';
import type {MeshEvent} from '../model/mesh-event.ts';
import type {Trace} from '../model/mesh-span.ts';
import type {FaultStatus, MeshStatus} from '../model/mesh-status.ts';
import type {RequestList, RequestQuery} from '../model/request-summary.ts';
import {askApi, readAnswer} from './ask-api.ts';
import {readEvents, readLogLines} from './read-streams.ts';

export interface LogOptions {
	/** A service's name or an instance's id; default: all. */
	readonly service?: string | undefined;
	/** Of the end of each log, from 0. */
	readonly lines: number;
	readonly follow: boolean;
}

/** Every call rejects with a MeshError: the API's own refusal, DM6010 when nobody answers, DM6019 when it takes too long. */
export interface ApiClient {
	readonly status: () => Promise<MeshStatus>;
	/** Goes on until the signal is aborted or the mesh is gone, and ends then without an error. */
	readonly events: (signal: AbortSignal) => AsyncGenerator<MeshEvent>;
	readonly routes: (service?: string) => Promise<readonly RouteExplanation[]>;
	readonly faults: () => Promise<readonly FaultStatus[]>;
	/** Takes one fault as YAML has it, with `for` for how long. */
	readonly addFault: (fault: unknown) => Promise<FaultStatus>;
	/** Lets a fault that was added for a time last as long again. */
	readonly renewFault: (id: string) => Promise<FaultStatus>;
	/** Returns how many were cleared. */
	readonly clearFaults: (id?: string) => Promise<number>;
	/** In Prometheus' text format. */
	readonly metrics: () => Promise<string>;
	readonly requests: (query?: Partial<RequestQuery>) => Promise<RequestList>;
	readonly trace: (traceId: string) => Promise<Trace>;
	readonly certificates: () => Promise<readonly CertificateStatus[]>;
	/** Ends as `events` does. */
	readonly logs: (options: LogOptions, signal: AbortSignal) => AsyncGenerator<LogLine>;
	readonly reload: (options?: {readonly build?: boolean}) => Promise<ReloadResult>;
	/** Takes a service's name or an instance's id. */
	readonly restart: (name: string) => Promise<RestartResult>;
	readonly plan: () => Promise<PlanResult>;
	/** Resolves when the mesh has begun to go down. */
	readonly down: () => Promise<void>;
	readonly restartSidecar: (sidecar: string) => Promise<void>;
}

// What is known is told at once; a change waits until every sidecar has taken it.
const readLimit = ms(10_000);
const changeLimit = ms(60_000);
// An image may be built or pulled first.
const buildLimit = ms(1_800_000);

/** Creates a client; nothing is asked yet. */
export const createApiClient = (
	address: Pick<ApiAddress, 'url' | 'token'>,
	{clock = systemClock}: {readonly clock?: Clock} = {},
): ApiClient => {
	const ask = (
		method: string,
		path: string,
		body?: unknown,
		limitMs = method === 'GET' ? readLimit : changeLimit,
	): Promise<Response> => {
		return askApi(address, {method, path, ...(body !== undefined && {body}), limitMs, clock});
	};

	const json = async <Value>(method: string, path: string, body?: unknown): Promise<Value> =>
		readAnswer<Value>(await ask(method, path, body));

	const open = (path: string, signal: AbortSignal): Promise<Response | undefined> =>
		askApi(address, {method: 'GET', path, limitMs: readLimit, clock, signal}).catch((error: unknown) => {
			if (signal.aborted) {
				return undefined;
			}

			throw error;
		});

	return {
		status: () => json('GET', '/status'),
		events: async function* (signal) {
			const response = await open('/events', signal);
			if (response) {
				yield* readEvents(response, signal);
			}
		},
		routes: service => json('GET', service === undefined ? '/routes' : `/routes?${new URLSearchParams({service})}`),
		faults: () => json('GET', '/faults'),
		addFault: fault => json('POST', '/faults', fault),
		renewFault: id => json('POST', `/faults/${encodeURIComponent(id)}/renew`),
		clearFaults: async id => {
			const path = id === undefined ? '/faults' : `/faults/${encodeURIComponent(id)}`;
			return (await json<{readonly removed: number}>('DELETE', path)).removed;
		},
		metrics: async () => (await ask('GET', '/metrics')).text(),
		requests: (query = {}) => json('GET', `/requests?${queryOf({...query})}`),
		trace: traceId => json('GET', `/traces/${encodeURIComponent(traceId)}`),
		certificates: () => json('GET', '/certificates'),
		logs: async function* ({service, lines, follow}, signal) {
			const query = new URLSearchParams({
				lines: String(lines),
				follow: String(follow),
				...(service !== undefined && {service}),
			});
			const response = await open(`/logs?${query}`, signal);
			if (response) {
				yield* readLogLines(response, signal);
			}
		},
		reload: async ({build = false} = {}) =>
			build ? readAnswer(await ask('POST', '/reload?build=true', undefined, buildLimit)) : json('POST', '/reload'),
		restart: async name =>
			readAnswer(await ask('POST', `/services/${encodeURIComponent(name)}/restart`, undefined, buildLimit)),
		plan: () => json('POST', '/plan'),
		down: async () => {
			await ask('POST', '/down');
		},
		restartSidecar: async sidecar => {
			await ask('POST', `/sidecars/${encodeURIComponent(sidecar)}/restart`);
		},
	};
};

const queryOf = (query: Readonly<Record<string, string | number | boolean | undefined>>): URLSearchParams =>
	new URLSearchParams(
		Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
	);
