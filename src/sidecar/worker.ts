// The program of one sidecar: runs in a thread of the proxy process and obeys its main thread.
import {type MessagePort, parentPort, workerData} from 'node:worker_threads';
import {type Clock, systemClock} from '../common/clock.ts';
import {createLineWriter} from './line-writer.ts';
import {createLocalSidecar} from './local-sidecar.ts';
import {threadLoad} from './read-load.ts';
import type {FromWorker, ToWorker} from './worker-message.ts';

/** Serves until it is told to stop. */
const serve = (port: MessagePort, sidecar: string, clock: Clock): void => {
	const tell = (message: FromWorker): void => port.postMessage(message);
	const local = createLocalSidecar({
		sidecar,
		clock,
		lines: createLineWriter(1, clock),
		onAccepted: revision => tell({kind: 'accepted', revision}),
		onRefused: (revision, problem) => tell({kind: 'refused', revision, problem}),
		readLoad: threadLoad(clock),
		onStats: stats => tell({kind: 'stats', stats}),
		onRecords: records => tell({kind: 'records', records}),
	});
	port.on('message', (message: ToWorker) => {
		if (message.kind === 'stop') {
			void local.stop(message.drainMs).then(() => port.close());
		} else if (message.kind === 'flush') {
			local.flush();
			tell({kind: 'flushed', id: message.id});
		} else {
			local.apply(message.snapshot);
		}
	});
};

if (!parentPort) {
	throw new Error('this program runs in a thread of the proxy process');
}

serve(parentPort, (workerData as {readonly sidecar: string}).sidecar, systemClock);
