// Sends an attempt to its endpoint, and counts it there as long as it is under way.
import {readBody} from '../http/body.ts';
import type {Exchange, Handler} from '../http/exchange.ts';
import {withHeader} from '../http/headers.ts';
import type {Reply} from '../http/reply.ts';
import {RequestFailure} from '../http/request-failure.ts';
import {whenBodyEnds} from '../http/when-body-ends.ts';
import type {ChainTools} from './chain-tools.ts';
import {type LiveEndpoint, targetAt} from './endpoint-table.ts';
import {failureOfFlag, flagOf, withoutFlag} from './flag-header.ts';

/** Creates the end of an outbound chain. */
export const forward =
	({endpoints, forwarder}: ChainTools): Handler =>
	async exchange => {
		const live = endpoints.find(exchange.backend?.service ?? exchange.destination, exchange.endpoint ?? '');
		if (!live) {
			throw new RequestFailure('no-healthy-upstream', `${exchange.endpoint} has just been stopped`);
		}

		live.underWay++;
		let isCounted = true;
		const release = (): void => {
			if (isCounted) {
				isCounted = false;
				live.underWay--;
			}
		};

		try {
			const reply = await forwarder.forward(targetAt(live, exchange.port), withHost(exchange, live));
			if (reply.tunnel) {
				reply.tunnel.once('close', release);
				return reply;
			}

			const unmarked = await takeFlag(reply, exchange, live);
			return {...unmarked, body: whenBodyEnds(unmarked.body, release)};
		} catch (error) {
			release();
			throw error;
		}
	};

/** Services of the mesh get the Host that their caller sent; one outside knows only its own. */
const withHost = (exchange: Exchange, {endpoint}: LiveEndpoint): Exchange => {
	if (endpoint.transport.kind === 'mtls' || endpoint.id !== endpoint.address) {
		return exchange;
	}

	const isUsual = endpoint.port === (endpoint.transport.kind === 'tls' ? 443 : 80);
	const host = isUsual ? endpoint.address : `${endpoint.address}:${endpoint.port}`;
	const {request} = exchange;
	return {...exchange, request: {...request, authority: host, headers: withHeader(request.headers, 'Host', host)}};
};

// A sentence, not a page.
const messageLimit = 4096;

/** Only a sidecar's word counts: an app cannot mark its replies, since its own sidecar takes marks off. */
const takeFlag = async (reply: Reply, exchange: Exchange, {endpoint}: LiveEndpoint): Promise<Reply> => {
	const flag = endpoint.transport.kind === 'mtls' ? flagOf(reply.headers) : undefined;
	if (flag === undefined) {
		return withoutFlag(reply);
	}

	const kind = failureOfFlag(flag);
	if (kind !== undefined) {
		const text = await readBody(reply.body, messageLimit).catch(() => new Uint8Array());
		throw new RequestFailure(
			kind,
			new TextDecoder()
				.decode(text)
				.replace(/^devmesh: /, '')
				.trim() || `${endpoint.id} failed`,
		);
	}

	exchange.record.flags.add(flag);
	return withoutFlag(reply);
};
