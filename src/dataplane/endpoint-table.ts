// The endpoints that requests may go to, with what is under way to each. Outlives snapshots: a swap forgets no count and no connection.
import type {Clock} from '../common/clock.ts';
import type {Random} from '../common/random.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import type {BackendRef} from '../http/exchange.ts';
import {RequestFailure} from '../http/request-failure.ts';
import type {Destination, Endpoint, EndpointWay} from '../model/snapshot.ts';
import {createLeastRequest, createRoundRobin, type LoadBalancer} from '../routing/load-balancer.ts';
import type {Bell} from './bell.ts';
import type {UpstreamTarget} from './engine/upstream-target.ts';

export interface LiveEndpoint {
	readonly endpoint: Endpoint;
	readonly target: UpstreamTarget;
	/** For calls to the other ports of its service. */
	readonly targets: ReadonlyMap<number, UpstreamTarget>;
	/** Requests that were sent and not yet answered to their end. */
	underWay: number;
}

export interface PickRequest {
	readonly backend: BackendRef;
	/** The endpoint of the last attempt: taken again only when there is no other. */
	readonly avoid: string | undefined;
	readonly signal: AbortSignal;
}

export interface EndpointTable {
	/** Takes the endpoints of a new snapshot. */
	readonly update: (destinations: readonly Destination[], startWaitMs: Milliseconds) => void;
	/** Gives an endpoint of a backend; waits for one that is starting. Rejects with `no-service` or `no-healthy-upstream`. */
	readonly pick: (request: PickRequest) => Promise<LiveEndpoint>;
	/** Gives an endpoint that was picked; undefined when it is gone. */
	readonly find: (service: string, id: string) => LiveEndpoint | undefined;
	/** The pools that are still needed. */
	readonly keys: () => ReadonlySet<string>;
}

/** A backend that has no such port is called at its own: a route leads there all the same. */
export const targetAt = ({target, targets}: LiveEndpoint, port: number | undefined): UpstreamTarget =>
	(port === undefined ? undefined : targets.get(port)) ?? target;

interface Group {
	readonly endpoints: readonly LiveEndpoint[];
	readonly balance: LoadBalancer<LiveEndpoint>;
}

export interface EndpointTools {
	readonly clock: Clock;
	readonly random: Random;
	/** Rung by whoever calls `update`. */
	readonly bell: Bell;
}

/** Creates an empty table. */
export const createEndpointTable = ({clock, random, bell}: EndpointTools): EndpointTable => {
	let groups: ReadonlyMap<string, Group> = new Map();
	let longestWait = ms(0);

	const liveOf = (endpoint: Endpoint, before: Group | undefined): LiveEndpoint => {
		const target = targetOf(endpoint);
		const known = before?.endpoints.find(live => live.endpoint.id === endpoint.id && live.target.key === target.key);
		const targets = new Map(Object.entries(endpoint.ports ?? {}).map(([port, way]) => [Number(port), targetOf(way)]));
		return known ? Object.assign(known, {endpoint, targets}) : {endpoint, target, targets, underWay: 0};
	};

	const groupOf = ({service, endpoints, loadBalancer}: Destination): Group => {
		const before = groups.get(service);
		return {
			endpoints: endpoints.map(endpoint => liveOf(endpoint, before)),
			balance:
				loadBalancer === 'round-robin' ? createRoundRobin() : createLeastRequest(({underWay}) => underWay, random),
		};
	};

	return {
		update: (destinations, startWaitMs) => {
			groups = new Map(destinations.map(destination => [destination.service, groupOf(destination)]));
			longestWait = startWaitMs;
		},
		pick: async ({backend, avoid, signal}) => {
			const deadline = clock.now() + longestWait;
			for (;;) {
				const group = groups.get(backend.service);
				if (!group) {
					throw new RequestFailure('no-service', `there is no service ${backend.service}`);
				}

				const wanted = group.endpoints.filter(
					({endpoint}) => backend.version === undefined || endpoint.version === backend.version,
				);
				const ready = wanted.filter(({endpoint}) => endpoint.state === 'ready');
				if (ready.length > 0) {
					const others = ready.filter(({endpoint}) => endpoint.id !== avoid);
					return group.balance(others.length > 0 ? others : ready);
				}

				const left = deadline - clock.now();
				if (left <= 0 || !wanted.some(({endpoint}) => endpoint.state === 'starting')) {
					throw new RequestFailure('no-healthy-upstream', explainLack(backend, wanted));
				}

				await bell.wait(ms(left), signal);
			}
		},
		find: (service, id) => groups.get(service)?.endpoints.find(({endpoint}) => endpoint.id === id),
		keys: () =>
			new Set(
				[...groups.values()].flatMap(({endpoints}) =>
					endpoints.flatMap(({target, targets}) => [target, ...targets.values()].map(({key}) => key)),
				),
			),
	};
};

const targetOf = ({address, port, transport}: EndpointWay): UpstreamTarget => ({
	key: `${address}|${port}|${JSON.stringify(transport)}`,
	address,
	port,
	transport,
});

const explainLack = ({service, version}: BackendRef, wanted: readonly LiveEndpoint[]): string => {
	const name = version === undefined ? service : `${service} ${version}`;
	return wanted.length === 0
		? `${name} has no instances`
		: `no instance of ${name} is ready (${wanted.map(({endpoint}) => `${endpoint.id} is ${endpoint.state}`).join(', ')})`;
};
