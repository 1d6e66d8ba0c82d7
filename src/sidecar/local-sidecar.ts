// A sidecar in the thread that asks for it: takes snapshots one after the other, answers for each, and reports its numbers.
import type {Clock} from '../common/clock.ts';
import {createLog} from '../common/log.ts';
import {ms} from '../common/units.ts';
import {createProxy, type MeshProxy, SnapshotRefused} from '../dataplane/proxy.ts';
import type {RefusalProblem} from '../model/control-message.ts';
import type {Snapshot} from '../model/snapshot.ts';
import type {RequestStats} from '../telemetry/request-stats.ts';
import type {LineWriter} from './line-writer.ts';

export interface LocalSidecar {
	readonly apply: (snapshot: Snapshot) => void;
	/** The revision that it serves; 0 for none. */
	readonly revision: () => number;
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
	/** Cumulative, twice a second when they have changed. */
	readonly onStats: (stats: RequestStats) => void;
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

const statsInterval = ms(500);

/** Creates the sidecar; it listens from its first snapshot on. */
export const createLocalSidecar = (parts: LocalSidecarParts): LocalSidecar => {
	const {sidecar, clock, lines, companion, onAccepted, onRefused, onStats} = parts;
	const proxy = createProxy({clock, log: createLog(lines.write, clock, {sidecar}), accessLog: lines.write});
	const stopReporting = reportChanges(proxy, clock, onStats);
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
		stop: drainMs =>
			inTurn(async () => {
				stopReporting();
				await proxy.stop(ms(drainMs));
				companion?.stop();
				onStats(proxy.stats());
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

/** Returns what ends it. */
const reportChanges = (proxy: MeshProxy, clock: Clock, tell: (stats: RequestStats) => void): (() => void) => {
	let told = JSON.stringify(proxy.stats());
	let cancel = () => {};
	const report = (): void => {
		const stats = proxy.stats();
		const text = JSON.stringify(stats);
		if (text !== told) {
			told = text;
			tell(stats);
		}

		cancel = clock.after(statsInterval, report);
	};

	report();
	return () => cancel();
};
