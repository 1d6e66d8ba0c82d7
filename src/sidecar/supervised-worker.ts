// Keeps the thread of one sidecar alive: a dead one is replaced by a fresh one with the last snapshot, on the same ports.
import {Worker} from 'node:worker_threads';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {Snapshot} from '../model/snapshot.ts';
import type {RunningSidecar, RunSidecar, SidecarListener} from './running-sidecar.ts';
import type {FromWorker, ToWorker} from './worker-message.ts';

/** Gives what runs each sidecar in a thread of its own. The process id keeps the numbers of a restarted process apart from those before. */
export const runInThread = (program: string, pid: number, clock: Clock): RunSidecar => {
	let numbers = 0;
	return (sidecar, listener) =>
		createSupervisedWorker({sidecar, program, nextNumber: () => pid * 100_000 + numbers++, clock, listener});
};

export interface WorkerParts {
	readonly sidecar: string;
	/** The file of the thread's program. */
	readonly program: string;
	/** Counts the threads of the whole process, so that their numbers are not mixed up. */
	readonly nextNumber: () => number;
	readonly clock: Clock;
	readonly listener: SidecarListener;
}

// A thread that lived this long died of something else than its snapshot.
const steady = ms(5000);
const longestPause = 5000;

/** Creates the thread at once; it listens from its first snapshot on. */
export const createSupervisedWorker = ({
	sidecar,
	program,
	nextNumber,
	clock,
	listener,
}: WorkerParts): RunningSidecar => {
	let accepted: Snapshot | undefined;
	// Sent and neither taken nor refused yet.
	let open: readonly Snapshot[] = [];
	let deathsAtOpen = 0;
	let revision = 0;
	let deaths = 0;
	let isStopping = false;
	let cancelStart = () => {};

	const close = (answered: number): void => {
		open = open.filter(snapshot => snapshot.revision !== answered);
	};

	/** Once may be chance; at the second death the snapshot is the likely cause, and whoever sent it waits for an answer. */
	const giveUpOpen = (reason: string): void => {
		deathsAtOpen += open.length > 0 ? 1 : 0;
		if (!accepted || deathsAtOpen < 2) {
			return;
		}

		for (const snapshot of open) {
			close(snapshot.revision);
			listener.onRefused(snapshot.revision, {code: 'invalid', message: `the sidecar died of it twice: ${reason}`});
		}
	};

	const start = () => {
		const number = nextNumber();
		const startedAt = clock.now();
		const thread = new Worker(program, {workerData: {sidecar}, name: sidecar});
		let reason = 'it was replaced';
		thread.on('message', (message: FromWorker) => {
			switch (message.kind) {
				case 'accepted':
					revision = message.revision;
					accepted = open.find(snapshot => snapshot.revision === message.revision) ?? accepted;
					close(message.revision);
					listener.onAccepted(message.revision);
					break;
				case 'refused':
					close(message.revision);
					listener.onRefused(message.revision, message.problem);
					break;
				case 'stats':
					listener.onStats(number, message.stats);
					break;
				case 'records':
					listener.onRecords(message.records);
					break;
				case 'flushed':
					break;
			}
		});
		thread.on('error', error => {
			reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
		});
		thread.on('exit', () => {
			revision = 0;
			if (isStopping) {
				return;
			}

			deaths = clock.now() - startedAt > steady ? 0 : deaths + 1;
			listener.onLost(reason);
			giveUpOpen(reason);
			// At once the first time: every millisecond without listeners is a refused connection.
			const pause = deaths <= 1 ? 0 : Math.min(longestPause, 50 * 2 ** deaths);
			if (pause === 0) {
				current = start();
			} else {
				cancelStart = clock.after(ms(pause), () => {
					current = start();
				});
			}
		});
		// First the last one that worked: when the other one is refused, the sidecar has listeners all the same.
		for (const snapshot of [...(accepted ? [accepted] : []), ...open]) {
			thread.postMessage({kind: 'apply', snapshot} satisfies ToWorker);
		}

		return thread;
	};

	let nextFlush = 1;
	let current = start();
	return {
		flush: () => {
			const id = nextFlush++;
			const thread = current;
			return new Promise(resolve => {
				const done = (): void => {
					thread.off('message', listen);
					thread.off('exit', done);
					resolve();
				};

				const listen = (message: FromWorker): void => {
					if (message.kind === 'flushed' && message.id === id) {
						done();
					}
				};

				thread.on('message', listen);
				// A dead one has nothing more to tell.
				thread.once('exit', done);
				if (thread.threadId === -1) {
					done();
					return;
				}

				thread.postMessage({kind: 'flush', id} satisfies ToWorker);
			});
		},
		apply: snapshot => {
			open = [...open, snapshot];
			deathsAtOpen = 0;
			current.postMessage({kind: 'apply', snapshot} satisfies ToWorker);
		},
		revision: () => revision,
		restart: () => {
			void current.terminate();
		},
		stop: async drainMs => {
			isStopping = true;
			cancelStart();
			const gone = new Promise<void>(resolve => current.once('exit', () => resolve()));
			current.postMessage({kind: 'stop', drainMs} satisfies ToWorker);
			const cancel = clock.after(ms(drainMs + 1000), () => void current.terminate());
			if (current.threadId === -1) {
				cancel();
				return;
			}

			await gone;
			cancel();
		},
	};
};
