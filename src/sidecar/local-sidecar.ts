// A sidecar in the thread that asks for it: takes snapshots one after the other, answers for each, and reports its numbers.
import type {Clock} from '../common/clock.ts';
import {createLog} from '../common/log.ts';
import {ms} from '../common/units.ts';
import {createProxy, type MeshProxy, SnapshotRefused} from '../dataplane/proxy.ts';
import type {RefusalProblem} from '../model/control-message.ts';
import type {Snapshot} from '../model/snapshot.ts';
import type {RequestRecord} from '../telemetry/request-record.ts';
import type {RequestStats} from '../telemetry/request-stats.ts';
import type {LineWriter} from './line-writer.ts';
import type {ReadLoad} from './read-load.ts';

export interface LocalSidecar {
	readonly apply: (snapshot: Snapshot) => void;
	/** The revision that it serves; 0 for none. */
	readonly revision: () => number;
	/** Tells its numbers and records as they are now. */
	readonly flush: () => void;
	/** Lets requests end within the time, in milliseconds, and tells the last numbers. */
	readonly stop: (drainMs: number) => Promise<void>;
}

export interface LocalSidecarParts {
	readonly sidecar: string;
	readonly clock: Clock;
	/** Where its logs go. */
	readonly lines: LineWriter;
	readonly onAccepted: (revision: number) => void;
	readonly onRefused: (revision: number, problem: RefusalProblem) => void;
	readonly readLoad: ReadLoad;
	/** Cumulative, twice a second when they have changed; every few seconds for the load alone. */
	readonly onStats: (stats: RequestStats) => void;
	/** Requests that have ended, five times a second when there are any. */
	readonly onRecords: (records: readonly RequestRecord[]) => void;
	/** What a snapshot is for beside the proxy. */
	readonly companion?: Companion;
}

/** Something that takes a snapshot together with the proxy: both or neither. */
export interface Companion {
	/** Makes ready for the snapshot and changes nothing yet. Rejects with SnapshotRefused. */
	readonly prepare: (snapshot: Snapshot) => Promise<Prepared>;
	readonly stop: () => void;
}

export interface Prepared {
	/** The proxy has taken the snapshot. */
	readonly adopt: () => void;
	/** It has not. */
	readonly drop: () => void;
}

/** Creates the sidecar; it listens from its first snapshot on. */
export const createLocalSidecar = (parts: LocalSidecarParts): LocalSidecar => {
	const {sidecar, clock, lines, companion, onAccepted, onRefused} = parts;
	const proxy = createProxy({clock, log: createLog(lines.write, clock, {sidecar}), accessLog: lines.write});
	const report = createReport(proxy, parts);
	// One after the other: a snapshot builds upon the listeners of the one before.
	let work = Promise.resolve();
	const inTurn = (step: () => Promise<void>): Promise<void> => {
		work = work.then(step);
		return work;
	};

	return {
		apply: snapshot =>
			void inTurn(async () => {
				const problem = await adopt(snapshot, proxy, companion);
				if (problem) {
					onRefused(snapshot.revision, problem);
				} else {
					onAccepted(snapshot.revision);
				}
			}),
		revision: proxy.revision,
		flush: report.now,
		stop: drainMs =>
			inTurn(async () => {
				report.stop();
				await proxy.stop(ms(drainMs));
				companion?.stop();
				report.now();
				lines.flush();
			}),
	};
};

/** Gives what is in the way, when the snapshot was not taken. */
const adopt = async (
	snapshot: Snapshot,
	proxy: MeshProxy,
	companion: Companion | undefined,
): Promise<RefusalProblem | undefined> => {
	let prepared: Prepared | undefined;
	try {
		prepared = await companion?.prepare(snapshot);
		await proxy.apply(snapshot);
		prepared?.adopt();
		return undefined;
	} catch (error) {
		prepared?.drop();
		return error instanceof SnapshotRefused ? error.problem : {code: 'invalid', message: String(error)};
	}
};

interface Report {
	/** Tells everything, now. */
	readonly now: () => void;
	readonly stop: () => void;
}

const tick = ms(200);
// In ticks.
const statsEvery = 2;
const loadEvery = 25;

/** Tells of changes until it is stopped. */
const createReport = (
	proxy: MeshProxy,
	{clock, readLoad, onStats, onRecords}: Pick<LocalSidecarParts, 'clock' | 'readLoad' | 'onStats' | 'onRecords'>,
): Report => {
	let told = proxy.statsVersion();
	let ticks = 0;
	const tellStats = (): void => {
		told = proxy.statsVersion();
		onStats({...proxy.stats(), load: {...readLoad(), droppedRecords: proxy.droppedRecords()}});
	};

	const tellRecords = (): void => {
		const records = proxy.takeRecords();
		if (records.length > 0) {
			onRecords(records);
		}
	};

	const look = (): void => {
		tellRecords();
		const hasChanged = ticks % statsEvery === 0 && proxy.statsVersion() !== told;
		if (hasChanged || ticks % loadEvery === 0) {
			tellStats();
		}

		ticks++;
		cancel = clock.after(tick, look);
	};

	let cancel = clock.after(tick, look);
	return {
		now: () => {
			tellRecords();
			tellStats();
		},
		stop: () => cancel(),
	};
};
