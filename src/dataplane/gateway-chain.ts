// What happens to a request at the edge of the mesh.

import {drawByHash} from '../common/random.ts';
import {emptyBody} from '../http/body.ts';
import type {Exchange, Handler} from '../http/exchange.ts';
import {headerValue, withHeader} from '../http/headers.ts';
import type {Reply} from '../http/reply.ts';
import {RequestFailure} from '../http/request-failure.ts';
import {requestTarget} from '../http/request-head.ts';
import type {GatewayListener} from '../model/snapshot.ts';
import {hostOf} from '../routing/host-match.ts';
import {pickBackend} from '../routing/pick-backend.ts';
import type {WeightedBackend} from '../routing/route.ts';
import {compileRoutes, selectRoute} from '../routing/select-route.ts';
import type {OutboundChains} from './outbound-chain.ts';

/** Compiles the chain of a gateway listener. Throws re2js's syntax error on a regular expression that is none. */
export const compileGatewayChain = (listener: GatewayListener, outbound: OutboundChains, seed: number): Handler => {
	const compiled = compileRoutes(listener.routes);
	const handlers = new Map(
		listener.routes.flatMap(({backends}) => backends).map(backend => [backend, handlerOf(backend, outbound)]),
	);
	return async exchange => {
		const {request, caller, record} = exchange;
		const selection = selectRoute(compiled, {head: request, caller: caller.service});
		if (selection.kind === 'none') {
			throw new RequestFailure('no-route', explainNoHost(request.authority, selection.nearest));
		}

		const {route} = selection;
		record.route = route.name;
		if (route.redirectToHttps !== undefined) {
			return redirect(exchange, route.redirectToHttps);
		}

		const backend = pickBackend(route.backends, drawByHash(seed, `${route.name}|${exchange.key}`));
		record.destination = backend.service;
		return (handlers.get(backend) as Handler)({
			...exchange,
			destination: backend.service,
			request: forwarded(exchange),
		});
	};
};

const handlerOf = (backend: WeightedBackend, outbound: OutboundChains): Handler =>
	backend.version === undefined ? outbound.toService(backend.service) : outbound.toBackend(backend);

const explainNoHost = (authority: string, nearest: readonly string[]): string =>
	`nothing is served for ${authority === '' ? 'a request without a host' : hostOf(authority)} here; the nearest: ${nearest.join('; ') || 'none'}`;

const redirect = ({request}: Exchange, port: number): Reply => {
	const authority = port === 443 ? hostOf(request.authority) : `${hostOf(request.authority)}:${port}`;
	return {
		status: 301,
		reason: '',
		headers: ['location', `https://${authority}${requestTarget(request)}`],
		body: emptyBody,
	};
};

/** What the app cannot see behind a proxy. Source: MDN, X-Forwarded-For, -Proto, -Host. */
const forwarded = ({request, client}: Exchange): Exchange['request'] => {
	const before = headerValue(request.headers, 'x-forwarded-for');
	const address = client.replace(/:\d+$/, '');
	const headers = [
		['x-forwarded-for', before === undefined ? address : `${before}, ${address}`],
		['x-forwarded-proto', request.scheme],
		['x-forwarded-host', request.authority],
	] as const;
	return {
		...request,
		headers: headers.reduce<readonly string[]>((all, [name, value]) => withHeader(all, name, value), request.headers),
	};
};
