// What happens to a request on its way into a sidecar's own app.
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import {createFilter} from '../filters/filter-table.ts';
import type {Exchange, Handler} from '../http/exchange.ts';
import {chain} from '../http/filter.ts';
import {RequestFailure} from '../http/request-failure.ts';
import type {AppAddress, InboundListener} from '../model/snapshot.ts';
import type {Bell} from './bell.ts';
import type {ChainTools} from './chain-tools.ts';
import type {Forwarder} from './engine/forwarder.ts';
import type {UpstreamTarget} from './engine/upstream-target.ts';
import {withoutFlag} from './flag-header.ts';

export interface AppTools {
	readonly clock: Clock;
	readonly bell: Bell;
	readonly forwarder: Forwarder;
	/** What is known of the app now, not when the request came. */
	readonly app: () => AppAddress | undefined;
	/** How long a request waits for an app that is starting, in milliseconds. */
	readonly startWaitMs: number;
}

/** Compiles the chain of an inbound listener. Throws re2js's syntax error on a regular expression that is none. */
export const compileInboundChain = (listener: InboundListener, tools: AppTools & Pick<ChainTools, 'random'>): Handler =>
	chain(
		listener.filters.map(spec =>
			createFilter(spec, {clock: tools.clock, random: tools.random, draw: () => 0, rule: listener.name}),
		),
		async exchange =>
			withoutFlag(await withApp(tools, exchange.signal, target => tools.forwarder.forward(target, exchange))),
	);

/** Tries the app's addresses; a refused connection is final only when the app is not starting. */
export const withApp = async <Result>(
	{app, bell, clock, startWaitMs}: Pick<AppTools, 'app' | 'bell' | 'clock' | 'startWaitMs'>,
	signal: Exchange['signal'],
	attempt: (target: UpstreamTarget) => Promise<Result>,
): Promise<Result> => {
	const deadline = clock.now() + startWaitMs;
	for (;;) {
		const current = app();
		if (!current) {
			throw new RequestFailure('connect-failure', 'the app is gone');
		}

		// A starting app is not dialled: what accepts there may be somebody else, or half of it.
		if (current.state !== 'starting') {
			try {
				return await tryAddresses(current, attempt);
			} catch (error) {
				if (!isRefused(error) || app()?.state !== 'starting') {
					throw error;
				}
			}
		}

		const left = deadline - clock.now();
		if (left <= 0) {
			throw new RequestFailure('connect-failure', 'the app did not start in time');
		}

		await bell.wait(ms(left), signal);
	}
};

const tryAddresses = async <Result>(
	{addresses, port, from}: AppAddress,
	attempt: (target: UpstreamTarget) => Promise<Result>,
): Promise<Result> => {
	let last: unknown;
	for (const address of addresses) {
		try {
			return await attempt({
				key: `app|${address}|${port}`,
				address,
				port,
				...(from !== undefined && {from}),
				transport: {kind: 'plain'},
			});
		} catch (error) {
			// An address that the machine lacks says less than the refusal before it.
			last = last instanceof RequestFailure && last.cause && isRefused(error) ? last : error;
			if (!isRefused(error)) {
				throw error;
			}
		}
	}

	// Made only when it is needed: an error is dear, and this is the way of every request.
	throw last ?? new RequestFailure('connect-failure', 'the app has no address');
};

const isRefused = (error: unknown): boolean => error instanceof RequestFailure && error.kind === 'connect-failure';
