// What happens to raw TCP connections, out of a sidecar and into its app.
import {drawByHash} from '../common/random.ts';
import {createFilter} from '../filters/filter-table.ts';
import type {Handler} from '../http/exchange.ts';
import {chain} from '../http/filter.ts';
import {RequestFailure} from '../http/request-failure.ts';
import type {Destination, InboundListener} from '../model/snapshot.ts';
import {pickBackend} from '../routing/pick-backend.ts';
import type {ChainTools} from './chain-tools.ts';
import {targetAt} from './endpoint-table.ts';
import {tunnelHandler} from './handle-connection.ts';
import {type AppTools, withApp} from './inbound-chain.ts';

// Istio's: connect-failure is the one retry that a raw connection knows.
const attempts = 3;

/** Compiles the way to a TCP service: the weights of its first route without a match hold for connections. */
export const compileTcpOutbound = (
	{service, routes}: Destination,
	{seed, endpoints, forwarder}: ChainTools,
): Handler => {
	const route = routes.find(({matches}) => matches.length === 0);
	return tunnelHandler(async ({key, record, signal, port}) => {
		if (!route) {
			throw new RequestFailure(
				'no-route',
				`no route to ${service} is without a match, and a raw connection has nothing to match`,
			);
		}

		const backend = pickBackend(route.backends, drawByHash(seed, `${route.name}|${key}`));
		record.route = route.name;
		record.destination = backend.service;
		for (let attempt = 1; ; attempt++) {
			const live = await endpoints.pick({backend, avoid: record.endpoint, signal});
			const {endpoint} = live;
			Object.assign(record, {endpoint: endpoint.id, version: endpoint.version, attempts: attempt});
			live.underWay++;
			try {
				const connection = await forwarder.connect(targetAt(live, port));
				connection.once('close', () => live.underWay--);
				return connection;
			} catch (error) {
				live.underWay--;
				if (attempt === attempts) {
					throw error;
				}
			}
		}
	});
};

/** Compiles the way into a TCP app; policies judge the caller alone. */
export const compileTcpInbound = (listener: InboundListener, tools: AppTools & Pick<ChainTools, 'random'>): Handler =>
	chain(
		listener.filters.map(spec =>
			createFilter(spec, {clock: tools.clock, random: tools.random, draw: () => 0, rule: listener.name}),
		),
		tunnelHandler(({signal}) => withApp(tools, signal, target => tools.forwarder.connect(target))),
	);
