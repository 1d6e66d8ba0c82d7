// The way of a raw TCP connection: the same identity, policies and balancing as a request, without a head to look at.
import {randomUUID} from 'node:crypto';
import type {Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import type {Clock} from '../common/clock.ts';
import {emptyBody} from '../http/body.ts';
import {createRecord, type Exchange, type Handler} from '../http/exchange.ts';
import type {Reply} from '../http/reply.ts';
import {RequestFailure} from '../http/request-failure.ts';
import type {OpenConnection} from '../telemetry/request-stats.ts';
import {accountForConnection, edgeOf} from './account-for.ts';
import {awaitFirstWord} from './await-first-word.ts';
import {isHttp} from './detect-protocol.ts';
import type {ConnectionInfo} from './engine/incoming-request.ts';
import {asFailure, failureAnswer} from './failure-reply.ts';
import {type CompiledListener, calledPort, callerOf, destinationOf, type RequestTools} from './handle-request.ts';
import {joinStreams} from './join-streams.ts';

/**
 * Serves a connection until it ends; one that is refused is broken off. Of a client that was silent so far, `onRequest` takes the connection
 * when a request comes after all before the server has spoken. Never rejects.
 */
export const handleConnection = async (
	socket: Socket,
	connection: ConnectionInfo,
	compiled: CompiledListener,
	tools: RequestTools,
	onRequest?: (first: Buffer) => void,
): Promise<void> => {
	const {snapshot} = compiled;
	const exchange = createExchange(socket, connection, compiled, tools.clock);
	const count = (): OpenConnection => tools.counter.open(edgeOf(exchange, snapshot));
	const finish = ({meter, close}: OpenConnection, problem: string | undefined): void => {
		close(edgeOf(exchange, snapshot).flags);
		accountForConnection(exchange, snapshot, tools, {
			bytesReceived: meter.received,
			bytesSent: meter.sent,
			problem,
		});
	};

	try {
		const {tunnel} = await compiled.handler(exchange);
		if (!tunnel) {
			throw new TypeError('the handler of a TCP listener gave no connection');
		}

		const first = onRequest && (await awaitFirstWord(socket, tunnel));
		if (first && onRequest && isHttp(first)) {
			tunnel.destroy();
			onRequest(first);
			return;
		}

		if (first) {
			socket.unshift(first);
		}

		const open = count();
		const {error} = await joinStreams(socket, tunnel, open.meter);
		if (error) {
			exchange.record.flags.add('UC');
		}

		finish(open, error?.message);
	} catch (error) {
		const failure = asFailure(error);
		const {flag} = failureAnswer(failure.kind);
		if (flag) {
			exchange.record.flags.add(flag);
		}

		// A reset, not an end: an end would look like an answer.
		socket.destroy();
		finish(count(), failure.message);
	}
};

/** What a handler of TCP gives: the connection to join. */
export const tunnelReply = (tunnel: Duplex): Reply => ({status: 101, reason: '', headers: [], body: emptyBody, tunnel});

/** Makes a TCP handler of what opens the other connection. */
export const tunnelHandler =
	(open: (exchange: Exchange) => Promise<Duplex>): Handler =>
	async exchange =>
		tunnelReply(await open(exchange));

const createExchange = (
	socket: Duplex,
	{remote, peer, serverName = ''}: ConnectionInfo,
	{snapshot, listener}: CompiledListener,
	clock: Clock,
): Exchange => {
	const gone = new AbortController();
	socket.once('close', () => gone.abort(new RequestFailure('client-gone', 'the client left')));
	const id = randomUUID();
	return {
		id,
		key: id,
		direction: listener.kind,
		startedAt: clock.now(),
		client: remote,
		caller: callerOf(listener, snapshot, peer),
		destination: destinationOf(listener, snapshot),
		...calledPort(listener),
		request: {method: '', scheme: 'http', authority: serverName, path: '', query: undefined, headers: []},
		body: emptyBody,
		signal: gone.signal,
		attempt: 1,
		record: createRecord(),
	};
};
