// A running mesh, as a test uses it.
import type {ApiClient} from '../admin/api-client.ts';
import {createFetchAt, type FetchAt} from '../admin/fetch-at.ts';
import {MeshError} from '../common/mesh-error.ts';
import type {FaultStatus, MeshStatus} from '../model/mesh-status.ts';
import type {RequestQuery, RequestSummary} from '../model/request-summary.ts';

/** A fault as the config file has it: `{to: 'ratings', delay: {duration: '2s'}}`. */
export type TestFault = Readonly<Record<string, unknown>> & {readonly to: string};

export interface InjectedFault extends FaultStatus, AsyncDisposable {
	/** Takes it back; does nothing when it, or the mesh, is gone already. */
	readonly clear: () => Promise<void>;
}

export interface Ingress {
	/** `http://127.0.0.1:<port>`, of the gateway's plain listener. */
	readonly url: string;
	/** Asks the gateway as for a host of its own, such as `http://shop.localhost/cart`; the name need not resolve. */
	readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
}

export interface TestMesh extends AsyncDisposable {
	/** Where the test calls a service through the mesh, as the identity `host`: `http://127.0.0.1:<port>`, or `tcp://…`. Throws when there is no such service or port. */
	readonly url: (service: string, port?: number) => string;
	readonly fetch: (service: string, path: string, init?: RequestInit) => Promise<Response>;
	/** Throws when the config has no `ingress`. */
	readonly ingress: Ingress;
	/** Makes trouble until it is taken back: by `clear()`, by `await using`, or with the mesh. */
	fault(fault: TestFault): Promise<InjectedFault>;
	/** Makes trouble while the function runs, and gives what it gives. */
	fault<Result>(fault: TestFault, during: () => Result | Promise<Result>): Promise<Result>;
	/** The newest requests, oldest first, as their callers' proxies saw them unless `direction` or `sidecar` says otherwise. Whatever had ended before is there. Up to 10,000. */
	readonly requests: (query?: Partial<RequestQuery>) => Promise<readonly RequestSummary[]>;
	readonly status: () => Promise<MeshStatus>;
	/** What the command line uses, for all the rest. */
	readonly api: ApiClient;
	/** Brings it down; resolves when nothing is left. */
	readonly stop: () => Promise<void>;
}

/** Creates the mesh's handle; what it is made of does not change while it runs. */
export const createTestMesh = async (api: ApiClient, stop: () => Promise<void>): Promise<TestMesh> => {
	const {services, urls} = await api.status();
	let ingress: (Ingress & Pick<FetchAt, 'close'>) | undefined;
	const end = async (): Promise<void> => {
		const opened = ingress;
		ingress = undefined;
		await opened?.close();
		await stop();
	};

	const url: TestMesh['url'] = (service, port) => {
		const found = services.find(entry => entry.service === service);
		const place = port === undefined ? found : found?.ports?.find(entry => entry.port === port);
		if (place?.hostUrl === undefined) {
			throw new MeshError({
				code: 'DM7001',
				message: `there is no service "${service}"${port === undefined ? '' : ` with another port ${port}`}`,
				remedy: `There are: ${services.map(entry => entry.service).join(', ')}.`,
			});
		}

		return place.hostUrl;
	};

	const inject = async (fault: TestFault): Promise<InjectedFault> => {
		const status = await api.addFault(fault);
		let cleared: Promise<void> | undefined;
		const clear = (): Promise<void> => {
			cleared ??= api.clearFaults(status.id).then(() => {}, unlessGone);
			return cleared;
		};

		return {...status, clear, [Symbol.asyncDispose]: clear};
	};

	const during = async <Result>(fault: TestFault, body: () => Result | Promise<Result>): Promise<Result> => {
		await using _ = await inject(fault);
		return await body();
	};

	return {
		url,
		fetch: (service, path, init) => fetch(new URL(path, url(service)), init),
		get ingress() {
			ingress ??= ingressAt(urls.map(entry => entry.url).find(entry => entry.startsWith('http:')));
			return ingress;
		},
		fault: ((fault: TestFault, body?: () => unknown) =>
			body ? during(fault, body) : inject(fault)) as TestMesh['fault'],
		requests: async (query = {}) => {
			const {requests} = await api.requests({limit: 10_000, ...query});
			const wanted =
				query.direction !== undefined || query.sidecar !== undefined
					? requests
					: requests.filter(({direction}) => direction !== 'inbound');
			// Their numbers go by when the control plane heard of them; a test thinks of when they came.
			return wanted.toSorted((one, other) => one.startedMs - other.startedMs);
		},
		status: api.status,
		api,
		stop: end,
		[Symbol.asyncDispose]: end,
	};
};

const unlessGone = (error: unknown): void => {
	if (!(error instanceof MeshError && ['DM6006', 'DM6010'].includes(error.code))) {
		throw error;
	}
};

const ingressAt = (address: string | undefined): Ingress & Pick<FetchAt, 'close'> => {
	if (address === undefined) {
		throw new MeshError({
			code: 'DM7002',
			message: 'the mesh has no ingress over plain HTTP',
			remedy: 'Give its config an `ingress:` with a host, without a redirect to HTTPS.',
		});
	}

	const {port} = new URL(address);
	return {url: `http://127.0.0.1:${port}`, ...createFetchAt(Number(port))};
};
