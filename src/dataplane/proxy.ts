// One proxy: a sidecar or the gateway. Takes snapshots, whole or not at all.
import type {Clock} from '../common/clock.ts';
import type {Log} from '../common/log.ts';
import {createRandom, type Random} from '../common/random.ts';
import {createIdSource} from '../common/trace-ids.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import {createWallTime} from '../common/wall-time.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {createRecordBuffer} from '../telemetry/record-buffer.ts';
import type {RequestRecord} from '../telemetry/request-record.ts';
import {createRequestStats, type RequestStats} from '../telemetry/request-stats.ts';
import {createTracer} from './begin-span.ts';
import {createBell} from './bell.ts';
import {type CompiledSnapshot, compileSnapshot} from './compile-snapshot.ts';
import {createCounts} from './counts.ts';
import {createEndpointTable} from './endpoint-table.ts';
import {createForwarder} from './engine/forwarder.ts';
import type {HttpLimits} from './engine/http-server.ts';
import {createLive} from './live.ts';
import {type OpenListener, openListener} from './open-listener.ts';
import {SnapshotRefused} from './snapshot-refused.ts';
import {createUdpRelays} from './udp-relays.ts';

export {SnapshotRefused};

export interface ProxyOptions {
	readonly clock: Clock;
	readonly log: Log;
	/** Takes the lines of the access log, without their line breaks. */
	readonly accessLog: (line: string) => void;
	/** For what needs no replay: back-off, the choice among endpoints. */
	readonly random?: Random;
	/** Those that are absent have the values of `defaultLimits`. */
	readonly limits?: Partial<HttpLimits>;
}

export interface MeshProxy {
	/** Serves by this snapshot from the next request on. Rejects with SnapshotRefused and goes on with the last one. */
	readonly apply: (snapshot: Snapshot) => Promise<void>;
	/** The revision that is served; 0 for none. */
	readonly revision: () => number;
	readonly stats: () => RequestStats;
	/** Differs whenever `stats` would. */
	readonly statsVersion: () => number;
	/** Gives the requests that have ended since it was last asked. */
	readonly takeRecords: () => readonly RequestRecord[];
	/** How many requests were left out of those, since there were too many at once. */
	readonly droppedRecords: () => number;
	/** Stops to listen, lets requests end within the time, and closes every connection. */
	readonly stop: (drainMs: Milliseconds) => Promise<void>;
}

export const defaultLimits: HttpLimits = {
	headTimeoutMs: ms(10_000),
	bodyTimeoutMs: ms(60_000),
	// Longer than clients keep theirs, so that it is not the server who closes first.
	idleTimeoutMs: ms(75_000),
	headBytes: 64 * 1024,
	headFields: 200,
};

const connectTimeout = ms(5000);

/** Creates a proxy that listens nowhere before its first snapshot. */
export const createProxy = (options: ProxyOptions): MeshProxy => {
	const {clock, log, accessLog, random = createRandom(clock.wall())} = options;
	const live = createLive<CompiledSnapshot | undefined>(undefined);
	const bell = createBell(clock);
	const endpoints = createEndpointTable({clock, random, bell});
	const counter = createRequestStats();
	const records = createRecordBuffer(clock);
	const wallTime = createWallTime(clock);
	const ids = createIdSource();
	const tracer = createTracer(clock, ids);
	const countOf = createCounts();
	const current = (): Snapshot | undefined => live.current()?.snapshot;
	const forwarder = createForwarder({
		clock,
		connectTimeoutMs: connectTimeout,
		credentials: () => {
			const snapshot = current();
			if (!snapshot) {
				throw new Error('no snapshot is in force');
			}

			return snapshot;
		},
	});
	const udp = createUdpRelays({clock, counter});
	let open = new Map<string, OpenListener>();

	const compile = (snapshot: Snapshot): CompiledSnapshot => {
		try {
			return compileSnapshot(snapshot, {clock, random, bell, endpoints, forwarder, ids, current});
		} catch (error) {
			throw new SnapshotRefused(
				{code: 'invalid', message: error instanceof Error ? error.message : String(error)},
				error,
			);
		}
	};

	/** Opens what the snapshot has more than the last one; all of it, or nothing. */
	const openMissing = async (compiled: CompiledSnapshot): Promise<ReadonlyMap<string, OpenListener>> => {
		const missing = [...compiled.listeners].filter(([key]) => !open.has(key));
		const results = await Promise.allSettled(
			missing.map(async ([key, listener]) => {
				const tools = {
					clock,
					log,
					accessLog,
					counter,
					records,
					wallTime,
					countOf,
					tracer,
					limits: {...defaultLimits, ...options.limits},
					current: () => live.current()?.listeners.get(key),
				};
				return [key, await openListener(listener, tools)] as const;
			}),
		);
		const opened = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
		const failure = results.find(result => result.status === 'rejected');
		if (failure) {
			await Promise.all(opened.map(([, listener]) => listener.close(ms(0))));
			throw failure.reason;
		}

		return new Map(opened);
	};

	return {
		apply: async snapshot => {
			const compiled = compile(snapshot);
			const relays = await udp.prepare(snapshot);
			const opened = await openMissing(compiled).catch((error: unknown) => {
				relays.drop();
				throw error;
			});
			relays.adopt();
			endpoints.update(snapshot.destinations, snapshot.startWaitMs);
			live.replace(compiled);
			forwarder.keepOnly(new Set([...endpoints.keys(), ...appKeys(snapshot)]));
			const gone = [...open].filter(([key]) => !compiled.listeners.has(key));
			open = new Map([...open, ...opened].filter(([key]) => compiled.listeners.has(key)));
			for (const listener of open.values()) {
				listener.update();
			}

			bell.ring();
			for (const [, listener] of gone) {
				void listener.close(ms(2000));
			}
		},
		revision: () => current()?.revision ?? 0,
		stats: counter.read,
		statsVersion: counter.version,
		takeRecords: records.take,
		droppedRecords: records.dropped,
		stop: async drainMs => {
			udp.close();
			await Promise.all([...open.values()].map(listener => listener.close(drainMs)));
			await forwarder.close();
		},
	};
};

/** The pools to the sidecar's own app. */
const appKeys = ({listeners}: Snapshot): readonly string[] =>
	listeners.flatMap(listener =>
		listener.kind === 'inbound' ? listener.app.addresses.map(address => `app|${address}|${listener.app.port}`) : [],
	);
