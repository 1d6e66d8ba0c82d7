import {fileURLToPath} from 'node:url';
import test from 'ava';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import type {Snapshot} from '../../src/model/snapshot.ts';
import {createSupervisedWorker} from '../../src/sidecar/supervised-worker.ts';

const program = fileURLToPath(new URL('../support/obedient-worker.ts', import.meta.url));

const snapshot = (revision: number, parts: object = {}) => ({revision, sidecar: 'a', ...parts}) as unknown as Snapshot;

const createScene = (t: {teardown: (end: () => Promise<void>) => void}) => {
	const clock = createManualClock();
	const heard: string[] = [];
	const waiting = new Set<() => void>();
	const hear = (line: string): void => {
		heard.push(line);
		for (const look of [...waiting]) {
			look();
		}
	};

	let number = 0;
	const worker = createSupervisedWorker({
		sidecar: 'a',
		program,
		nextNumber: () => number++,
		clock,
		listener: {
			onAccepted: revision => hear(`accepted ${revision}`),
			onRefused: revision => hear(`refused ${revision}`),
			onStats: () => {},
			onRecords: () => {},
			onLost: () => hear('lost'),
		},
	});
	t.teardown(() => worker.stop(0));
	const next = (line: string): Promise<void> =>
		new Promise(resolve => {
			const look = (): void => {
				const index = heard.indexOf(line);
				if (index !== -1) {
					heard.splice(0, index + 1);
					waiting.delete(look);
					resolve();
				}
			};

			waiting.add(look);
			look();
		});
	return {worker, next, clock};
};

test('a snapshot that comes while the thread dies is taken by the next thread', async t => {
	const {worker, next} = createScene(t);
	worker.apply(snapshot(1));
	await next('accepted 1');
	worker.restart();
	worker.apply(snapshot(2));
	await next('lost');
	await next('accepted 2');
	t.is(worker.revision(), 2);
});

test('a snapshot that was refused is not tried again by the next thread', async t => {
	const {worker, next} = createScene(t);
	worker.apply(snapshot(1));
	await next('accepted 1');
	worker.apply(snapshot(2, {refuse: true}));
	await next('refused 2');
	worker.restart();
	await next('lost');
	await next('accepted 1');
	worker.apply(snapshot(3));
	await next('accepted 3');
	t.is(worker.revision(), 3);
});

test('a snapshot at which two threads died is refused; the one before it goes on', async t => {
	const {worker, next, clock} = createScene(t);
	worker.apply(snapshot(1));
	await next('accepted 1');
	worker.apply(snapshot(2, {die: true}));
	await next('lost');
	await next('lost');
	await next('refused 2');
	await clock.advance(ms(5000));
	await next('accepted 1');
	t.is(worker.revision(), 1);
});
