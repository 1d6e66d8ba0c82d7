// The program of one sidecar: runs in a thread of the proxy process and obeys its main thread.
import {type MessagePort, parentPort, workerData} from 'node:worker_threads';
import {type Clock, systemClock} from '../common/clock.ts';
import {createLog} from '../common/log.ts';
import {ms} from '../common/units.ts';
import {createProxy, type MeshProxy, SnapshotRefused} from '../dataplane/proxy.ts';
import type {RefusalProblem} from '../model/control-message.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {createLineWriter} from './line-writer.ts';
import type {FromWorker, ToWorker} from './worker-message.ts';

const statsInterval = ms(500);

/** Serves until it is told to stop. */
const serve = (port: MessagePort, sidecar: string, clock: Clock): void => {
	const lines = createLineWriter(1, clock);
	const log = createLog(lines.write, clock, {sidecar});
	const proxy = createProxy({clock, log, accessLog: lines.write});
	const tell = (message: FromWorker): void => port.postMessage(message);
	const stopReporting = reportChanges(proxy, clock, tell);

	const stop = async (drainMs: number): Promise<void> => {
		stopReporting();
		await proxy.stop(ms(drainMs));
		tell({kind: 'stats', stats: proxy.stats()});
		lines.flush();
		port.close();
	};

	// One after the other: a snapshot builds upon the listeners of the one before.
	let work = Promise.resolve();
	port.on('message', (message: ToWorker) => {
		work = work.then(async () => {
			if (message.kind === 'stop') {
				await stop(message.drainMs);
			} else {
				tell(await apply(proxy, message.snapshot));
			}
		});
	});
};

const apply = async (proxy: MeshProxy, snapshot: Snapshot): Promise<FromWorker> => {
	try {
		await proxy.apply(snapshot);
		return {kind: 'accepted', revision: snapshot.revision};
	} catch (error) {
		return {kind: 'refused', revision: snapshot.revision, problem: problemOf(error)};
	}
};

const problemOf = (error: unknown): RefusalProblem =>
	error instanceof SnapshotRefused ? error.problem : {code: 'invalid', message: String(error)};

/** Tells the numbers twice a second when they have changed. Returns what ends it. */
const reportChanges = (proxy: MeshProxy, clock: Clock, tell: (message: FromWorker) => void): (() => void) => {
	let told = JSON.stringify(proxy.stats());
	let cancel = () => {};
	const report = (): void => {
		const stats = proxy.stats();
		const text = JSON.stringify(stats);
		if (text !== told) {
			told = text;
			tell({kind: 'stats', stats});
		}

		cancel = clock.after(statsInterval, report);
	};

	report();
	return () => cancel();
};

if (!parentPort) {
	throw new Error('this program runs in a thread of the proxy process');
}

serve(parentPort, (workerData as {readonly sidecar: string}).sidecar, systemClock);
