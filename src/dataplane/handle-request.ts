// The way of a request, from its head to its metrics, its line in the access log and its span.
import {randomUUID} from 'node:crypto';
import type {Log} from '../common/log.ts';
import {type ByteCount, countedBody} from '../http/counted-body.ts';
import {createRecord, type Exchange, type ExchangeRecord, type Handler, type Identity} from '../http/exchange.ts';
import {type Headers, headerValue} from '../http/headers.ts';
import {RequestFailure} from '../http/request-failure.ts';
import {withTrace} from '../http/trace-context.ts';
import type {Listener, Snapshot} from '../model/snapshot.ts';
import {type AccountTools, accountForRequest} from './account-for.ts';
import type {Tracer} from './begin-span.ts';
import type {Answer, IncomingRequest, ReplyOutcome} from './engine/incoming-request.ts';
import {asFailure, failureAnswer, failureReply} from './failure-reply.ts';
import {withFlag} from './flag-header.ts';

/** A listener with its chain, out of one snapshot. */
export interface CompiledListener {
	readonly snapshot: Snapshot;
	readonly listener: Listener;
	readonly handler: Handler;
	/** With the protocol `auto`: for connections on which no HTTP is spoken. */
	readonly tunnel?: Handler;
}

export interface RequestTools extends AccountTools {
	readonly log: Log;
	/** Numbers the requests that bring no id of their own: how many of this kind came before. */
	readonly countOf: (kind: string) => number;
	readonly tracer: Tracer;
}

/** Answers a request by the listener that was in force when it came. Never rejects. */
export const handleRequest = async (
	incoming: IncomingRequest,
	compiled: CompiledListener,
	tools: RequestTools,
): Promise<Answer> => {
	const received: ByteCount = {bytes: 0};
	const exchange = createExchange(incoming, compiled, tools, received);
	const finish = finisher(exchange, compiled, tools, received);
	try {
		if (incoming.defect !== undefined) {
			throw new RequestFailure('bad-request', incoming.defect);
		}

		const reply = await compiled.handler(exchange);
		return {reply, onEnd: outcome => finish(reply.status, outcome)};
	} catch (error) {
		const failure = asFailure(error);
		if (failure.kind === 'internal') {
			tools.log.write('error', 'a request failed by our own fault', {
				error: String((failure.cause as Error)?.stack ?? failure.cause),
			});
		}

		const {status, flag} = failureAnswer(failure.kind);
		if (flag) {
			exchange.record.flags.add(flag);
		}

		const reply = failureReply(failure);
		const marked = flag && exchange.direction === 'inbound' ? withFlag(reply, flag) : reply;
		return {reply: marked, onEnd: outcome => finish(status, outcome, failure.message)};
	}
};

const createExchange = (
	incoming: IncomingRequest,
	{snapshot, listener}: CompiledListener,
	{countOf, tracer}: RequestTools,
	received: ByteCount,
): Exchange => {
	const {head, body, startedAt, signal, connection} = incoming;
	const given = headerValue(head.headers, 'x-request-id');
	const id = given ?? randomUUID();
	const caller = callerOf(listener, snapshot, connection.peer);
	const destination = destinationOf(listener, snapshot);
	const span = tracer.begin(head.headers, snapshot.telemetry.sampling);
	const headers: Headers = given === undefined ? [...head.headers, 'x-request-id', id] : head.headers;
	return {
		id,
		key: given ?? countedKey(`${caller.service}>${destination} ${head.method} ${head.path}`, countOf),
		direction: listener.kind,
		startedAt,
		client: connection.remote,
		caller,
		destination,
		...calledPort(listener),
		// The app's own calls belong to this span; those of a sidecar and the gateway to their attempts.
		request: {...head, headers: listener.kind === 'inbound' ? withTrace(headers, span) : headers},
		body: countedBody(body, received),
		signal,
		span,
		attempt: 1,
		record: createRecord(),
	};
};

const countedKey = (kind: string, countOf: RequestTools['countOf']): string => `${kind} ${countOf(kind)}`;

/** Outbound requests come from the sidecar's own app, inbound ones from whoever proved who he is. */
export const callerOf = (listener: Listener, {identity}: Snapshot, peer: Identity | undefined): Identity => {
	switch (listener.kind) {
		case 'inbound':
			return peer ?? {service: 'unknown'};
		case 'outbound':
		case 'gateway':
			return {service: identity.service, spiffeId: identity.spiffeId};
	}
};

export const destinationOf = (listener: Listener, {identity}: Snapshot): string =>
	listener.kind === 'outbound' ? listener.destination : listener.kind === 'inbound' ? identity.service : 'gateway';

/** Which port of the service, when it is not its own. */
export const calledPort = (listener: Listener): {readonly port?: number} =>
	listener.kind === 'outbound' && listener.at ? {port: listener.at.port} : {};

const finisher =
	(exchange: Exchange, {snapshot}: CompiledListener, tools: RequestTools, received: ByteCount) =>
	(status: number, {bytesSent, error}: ReplyOutcome, problem?: string): void => {
		noteBreak(exchange.record, error);
		const cause = problem ?? (error && asFailure(error).message);
		accountForRequest(exchange, snapshot, tools, {status, bytesReceived: received.bytes, bytesSent, problem: cause});
	};

const noteBreak = (record: ExchangeRecord, error: Error | undefined): void => {
	if (error instanceof RequestFailure) {
		const {flag} = failureAnswer(error.kind);
		if (flag) {
			record.flags.add(flag);
		}
	} else if (error) {
		record.flags.add('DC');
	}
};
