// Sends a request to an endpoint and gives its reply. The only file that knows undici.
import type {Duplex} from 'node:stream';
import {type Dispatcher, Pool} from 'undici';
import {emptyBody} from '../../http/body.ts';
import type {Exchange} from '../../http/exchange.ts';
import {headerValue} from '../../http/headers.ts';
import {upgradeOf, withoutHopByHop} from '../../http/hop-by-hop.ts';
import {createPushBody, type PushBody} from '../../http/push-body.ts';
import type {Reply} from '../../http/reply.ts';
import {RequestFailure} from '../../http/request-failure.ts';
import {requestTarget} from '../../http/request-head.ts';
import {bodyStream} from './body-stream.ts';
import {type DialTools, dial} from './dial.ts';
import type {UpstreamTarget} from './upstream-target.ts';

export interface Forwarder {
	/** Sends one attempt. Rejects with a RequestFailure: `connect-failure` as long as nothing was sent, `upstream-reset` after. */
	readonly forward: (target: UpstreamTarget, exchange: Exchange) => Promise<Reply>;
	/** Opens a connection of its own, for raw TCP. */
	readonly connect: (target: UpstreamTarget) => Promise<Duplex>;
	/** Closes the pools of targets that are gone, after their last reply. */
	readonly keepOnly: (keys: ReadonlySet<string>) => void;
	readonly close: () => Promise<void>;
}

// Below what our own listeners and Node's default servers with a hint grant; a server that closes first breaks a request.
const keepAliveMs = 4000;

/** Creates a forwarder with empty pools. */
export const createForwarder = (tools: DialTools): Forwarder => {
	const pools = new Map<string, Pool>();
	const poolOf = (target: UpstreamTarget): Pool => {
		const known = pools.get(target.key);
		if (known) {
			return known;
		}

		const pool = new Pool(originOf(target), {
			connect: (_options, callback) => {
				dial(target, 'http', tools).then(
					socket => callback(null, socket),
					(error: Error) => callback(error, null),
				);
			},
			pipelining: 1,
			allowH2: false,
			keepAliveTimeout: keepAliveMs,
			// Times are up to the timeout and retry filters.
			headersTimeout: 0,
			bodyTimeout: 0,
			strictContentLength: true,
		});
		pools.set(target.key, pool);
		return pool;
	};

	return {
		forward: (target, exchange) => send(poolOf(target), target, exchange),
		connect: target => dial(target, 'tunnel', tools),
		keepOnly: keys => {
			for (const [key, pool] of pools) {
				if (!keys.has(key)) {
					pools.delete(key);
					pool.close().catch(() => {});
				}
			}
		},
		close: async () => {
			await Promise.all([...pools.values()].map(pool => pool.destroy()));
			pools.clear();
		},
	};
};

const originOf = ({address, port, transport}: UpstreamTarget): string =>
	`${transport.kind === 'plain' ? 'http' : 'https'}://${address.includes(':') ? `[${address}]` : address}:${port}`;

const send = (pool: Pool, target: UpstreamTarget, exchange: Exchange): Promise<Reply> =>
	new Promise((resolve, reject) => {
		const {request, body, signal} = exchange;
		if (signal.aborted) {
			reject(signal.reason);
			return;
		}

		let controller: Dispatcher.DispatchController | undefined;
		let pushed: PushBody | undefined;
		const onAbort = () => {
			reject(signal.reason);
			controller?.abort(signal.reason as Error);
		};

		signal.addEventListener('abort', onAbort, {once: true});
		const release = () => signal.removeEventListener('abort', onAbort);
		const fail = (error: Error): void => {
			release();
			const failure = failureOf(error, target);
			reject(failure);
			pushed?.fail(failure);
		};

		const upgrade = upgradeOf(request.headers);
		const handler: Dispatcher.DispatchHandler = {
			onRequestStart: started => {
				controller = started;
				if (signal.aborted) {
					started.abort(signal.reason as Error);
				}
			},
			onRequestUpgrade: (started, status, _headers, socket) => {
				release();
				resolve({status, reason: '', headers: headersOf(started.rawHeaders), body: emptyBody, tunnel: socket});
			},
			onResponseStart: (started, status, _headers, reason) => {
				if (status < 200) {
					return;
				}

				const headers = headersOf(started.rawHeaders);
				const length = headerValue(headers, 'content-length');
				const isBodiless = request.method === 'HEAD' || status === 204 || status === 304;
				pushed = createPushBody({
					length: isBodiless ? 0 : length === undefined ? undefined : Number(length),
					onResume: () => started.resume(),
					onCancel: problem => started.abort(problem),
				});
				resolve({status, reason: reasonOf(reason), headers: withoutHopByHop(headers), body: pushed.body});
			},
			onResponseData: (started, chunk) => {
				if (!pushed?.push(chunk)) {
					started.pause();
				}
			},
			onResponseEnd: (started, _trailers) => {
				release();
				pushed?.end(headersOf(started.rawTrailers));
			},
			onResponseError: (_started, error) => fail(error),
		};
		try {
			pool.dispatch(
				{
					path: requestTarget(request),
					method: request.method,
					headers: forwardedHeaders(exchange),
					body: body.length === 0 ? null : bodyStream(body),
					...(upgrade !== undefined && {upgrade}),
				},
				handler,
			);
		} catch (error) {
			fail(error as Error);
		}
	});

const forwardedHeaders = ({request}: Exchange): string[] => {
	const headers = withoutHopByHop(request.headers);
	// Answered by us already: whoever asked has sent the body, or will.
	return headers.filter((_, index) => (headers[index - (index % 2)] as string).toLowerCase() !== 'expect');
};

const headersOf = (raw: Dispatcher.DispatchController['rawHeaders']): readonly string[] =>
	Array.isArray(raw) ? raw.map(part => (typeof part === 'string' ? part : part.toString('latin1'))) : [];

/** undici reads it as UTF-8, Node writes it as Latin-1: the same bytes go on. Control characters, which Node would throw at, cost the whole phrase. */
const reasonOf = (reason = ''): string => {
	const bytes = Buffer.from(reason).toString('latin1');
	return /^[\t\x20-\x7e\x80-\xff]*$/.test(bytes) ? bytes : '';
};

const failureOf = (error: Error, {address, port}: UpstreamTarget): RequestFailure => {
	if (error instanceof RequestFailure) {
		return error;
	}

	const place = `${address}:${port}`;
	// In TLS 1.3 a server refuses a client's certificate after the client took the handshake for done.
	return (error as NodeJS.ErrnoException).code?.startsWith('ERR_SSL_')
		? new RequestFailure('connect-failure', `${place} refused our certificate`, error)
		: new RequestFailure('upstream-reset', `${place} broke the connection off`, error);
};
