// Turns a snapshot into handlers, once, so that a request only has to run them.
import type {Handler} from '../http/exchange.ts';
import type {Protocol} from '../model/mesh-config.ts';
import {isRaw} from '../model/raw-protocol.ts';
import type {
	Destination,
	GatewayListener,
	InboundListener,
	Listener,
	OutboundListener,
	Snapshot,
} from '../model/snapshot.ts';
import type {ChainTools} from './chain-tools.ts';
import {compileGatewayChain} from './gateway-chain.ts';
import type {CompiledListener} from './handle-request.ts';
import type {AppTools} from './inbound-chain.ts';
import {compileInboundChain} from './inbound-chain.ts';
import {compileOutboundChains, type OutboundChains} from './outbound-chain.ts';
import {compileTcpInbound, compileTcpOutbound} from './tcp-chains.ts';

export interface CompiledSnapshot {
	readonly snapshot: Snapshot;
	/** By address and port, as `listenerKey` writes them. */
	readonly listeners: ReadonlyMap<string, CompiledListener>;
}

export type CompileTools = Omit<ChainTools, 'seed'> &
	Pick<AppTools, 'bell'> & {
		/** The snapshot in force when it is asked for. */
		readonly current: () => Snapshot | undefined;
	};

export const listenerKey = ({address, port}: Pick<Listener, 'address' | 'port'>): string => `${address}|${port}`;

/** What is spoken at a listener. */
export const protocolOf = (listener: Listener, {destinations}: Snapshot): Protocol => {
	switch (listener.kind) {
		case 'inbound':
			return listener.protocol;
		case 'outbound':
			return (
				listener.at?.protocol ?? destinations.find(({service}) => service === listener.destination)?.protocol ?? 'http'
			);
		case 'gateway':
			return 'http';
	}
};

/** Compiles all listeners. Throws re2js's syntax error on a regular expression that is none, `RangeError` on a listener of an unknown service. */
export const compileSnapshot = (snapshot: Snapshot, tools: CompileTools): CompiledSnapshot => {
	const chains: ChainTools = {...tools, seed: snapshot.seed};
	const outbound = compileOutboundChains(snapshot.destinations, chains);
	const handlerOf = (listener: Listener): Handler => {
		switch (listener.kind) {
			case 'inbound':
				return inboundHandler(listener, tools, snapshot);
			case 'outbound':
				return outboundHandler(listener, snapshot, outbound, chains);
			case 'gateway':
				return gatewayHandler(listener, outbound, snapshot);
		}
	};

	/** For connections on which no HTTP is spoken. */
	const tunnelOf = (listener: Listener): {readonly tunnel?: Handler} => {
		if (protocolOf(listener, snapshot) !== 'auto') {
			return {};
		}

		return {
			tunnel:
				listener.kind === 'inbound'
					? inboundHandler({...listener, protocol: 'tcp'}, tools, snapshot)
					: outboundHandler(listener as OutboundListener, snapshot, outbound, chains, 'tcp'),
		};
	};

	return {
		snapshot,
		listeners: new Map(
			snapshot.listeners.map(listener => [
				listenerKey(listener),
				{snapshot, listener, handler: handlerOf(listener), ...tunnelOf(listener)},
			]),
		),
	};
};

const inboundHandler = (listener: InboundListener, tools: CompileTools, {startWaitMs}: Snapshot): Handler => {
	const app: AppTools['app'] = () => {
		const current = tools.current()?.listeners.find(({name}) => name === listener.name);
		return current?.kind === 'inbound' ? current.app : undefined;
	};

	const compile = isRaw(listener.protocol) ? compileTcpInbound : compileInboundChain;
	return compile(listener, {...tools, app, startWaitMs});
};

const outboundHandler = (
	listener: OutboundListener,
	{destinations}: Snapshot,
	outbound: OutboundChains,
	tools: ChainTools,
	as?: 'tcp',
): Handler => {
	const destination: Destination | undefined = destinations.find(({service}) => service === listener.destination);
	if (!destination) {
		throw new RangeError(
			`the listener ${listener.name} leads to ${listener.destination}, which the snapshot does not know`,
		);
	}

	return isRaw(as ?? listener.at?.protocol ?? destination.protocol)
		? compileTcpOutbound(destination, tools)
		: outbound.toService(destination.service);
};

const gatewayHandler = (listener: GatewayListener, outbound: OutboundChains, {seed}: Snapshot): Handler =>
	compileGatewayChain(listener, outbound, seed);
