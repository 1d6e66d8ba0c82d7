// The program of one sidecar: runs in a thread of the proxy process and obeys its main thread.
import {parentPort, workerData} from 'node:worker_threads';
import {systemClock} from '../common/clock.ts';
import {createLog} from '../common/log.ts';
import {ms} from '../common/units.ts';
import {createProxy, SnapshotRefused} from '../dataplane/proxy.ts';
import type {RefusalProblem} from '../model/control-message.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {createLineWriter} from './line-writer.ts';
import type {FromWorker, ToWorker} from './worker-message.ts';

const statsInterval = ms(500);

const port = parentPort;
if (!port) {
	throw new Error('this program runs in a worker thread of the proxy process');
}

const {sidecar} = workerData as {readonly sidecar: string};
const lines = createLineWriter(1, systemClock);
const log = createLog(lines.write, systemClock, {sidecar});
const proxy = createProxy({clock: systemClock, log, accessLog: lines.write});
const tell = (message: FromWorker): void => port.postMessage(message);

const apply = async (snapshot: Snapshot): Promise<void> => {
	try {
		await proxy.apply(snapshot);
		tell({kind: 'accepted', revision: snapshot.revision});
	} catch (error) {
		tell({kind: 'refused', revision: snapshot.revision, problem: problemOf(error)});
	}
};

const problemOf = (error: unknown): RefusalProblem =>
	error instanceof SnapshotRefused ? error.problem : {code: 'invalid', message: String(error)};

let told = '';
const report = (): void => {
	const stats = proxy.stats();
	const text = JSON.stringify(stats);
	if (text !== told) {
		told = text;
		tell({kind: 'stats', stats});
	}

	cancelReport = systemClock.after(statsInterval, report);
};

let cancelReport = systemClock.after(statsInterval, report);

// One after the other: a snapshot builds upon the listeners of the one before.
let work = Promise.resolve();
port.on('message', (message: ToWorker) => {
	work = work.then(async () => {
		if (message.kind === 'apply') {
			await apply(message.snapshot);
			return;
		}

		cancelReport();
		await proxy.stop(ms(message.drainMs));
		tell({kind: 'stats', stats: proxy.stats()});
		lines.flush();
		port.close();
	});
});
