import path from 'node:path';
import {setImmediate} from 'node:timers/promises';
import test from 'ava';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import type {DesiredInstance} from '../../src/model/desired-state.ts';
import type {InstanceBody} from '../../src/runtime/instance-body.ts';
import type {ProcessExit} from '../../src/runtime/spawn-in-group.ts';
import {createSupervisedInstance} from '../../src/runtime/supervised-instance.ts';
import {program} from '../support/runtime.ts';

/** Supervises an instance whose body does what the test says. */
const supervise = (parts: Partial<DesiredInstance> = {}) => {
	const clock = createManualClock();
	const told: string[] = [];
	let number = 0;
	let end: (exit: ProcessExit) => void = () => {};
	let startByHand = (): void => {};
	let pause: (waitingFor: string | undefined) => void = () => {};
	let problem: string | undefined;
	let refusal: string | undefined;
	let cleared = 0;
	const body: InstanceBody = {
		start: async () => {
			if (refusal !== undefined) {
				throw new Error(refusal);
			}

			number++;
			return {
				record: {pid: number, startTime: String(number), logStart: 0},
				exit: new Promise(resolve => {
					end = resolve;
				}),
			};
		},
		awaitExit: () => new Promise(() => {}),
		awaitStart: () =>
			new Promise(resolve => {
				startByHand = resolve;
			}),
		watchPaused: tell => {
			pause = tell;
		},
		ask: async () => problem,
		clear: async () => {
			cleared++;
		},
		stop: async () => {},
		release: () => {},
	};
	const supervised = createSupervisedInstance(program('web-1', '', parts), {
		clock,
		body,
		logFile: path.join(import.meta.dirname, 'there-is-none'),
		emit: event => {
			if (event.kind === 'instance') {
				told.push([event.state, event.waitingFor ?? event.note].filter(Boolean).join(' '));
			}
		},
		save: () => {},
	});
	/** Lets what happened come to its end, and time pass. */
	const settle = async (pass = 0): Promise<void> => {
		for (let turn = 0; turn < 20; turn++) {
			await setImmediate();
		}

		await clock.advance(ms(pass));
	};

	/** The log of an instance is read from the disk, which takes its own time. */
	const until = async (isSo: () => boolean): Promise<void> => {
		while (!isSo()) {
			await settle(50);
		}
	};

	return {
		supervised,
		told,
		settle,
		until,
		cleared: () => cleared,
		end: (exit: ProcessExit) => end(exit),
		startByHand: () => startByHand(),
		pause: (waitingFor: string | undefined) => pause(waitingFor),
		refuse: (next: string | undefined) => {
			refusal = next;
		},
		answer: (next: string | undefined) => {
			problem = next;
		},
	};
};

test('one that somebody started anew is taken as it is, at once and whatever the policy says', async t => {
	const {supervised, told, settle, end, cleared} = supervise({restart: 'no'});
	await supervised.start();
	await settle(50);
	end({isSuccess: false, description: 'was started anew', isRunningAgain: true});
	await settle();
	await settle(50);
	t.deepEqual(told, ['starting', 'ready', 'restarting was started anew', 'starting', 'ready']);
	t.is(supervised.record()?.pid, 2);
	t.is(cleared(), 0, 'what runs again is not cleared away');
});

test('one that is left alone after its end is back when somebody starts it', async t => {
	const {supervised, told, settle, until, end, startByHand} = supervise({restart: 'no'});
	await supervised.start();
	await settle(50);
	end({isSuccess: false, description: 'exited with 1'});
	await until(() => supervised.state() === 'failed');
	await settle(60_000);
	t.is(supervised.state(), 'failed');
	startByHand();
	await until(() => told.at(-1) === 'ready' && told.length > 3);
	t.deepEqual(told.slice(2), ['failed exited with 1', 'restarting somebody else has started it', 'starting', 'ready']);
});

test('one that is paused is not asked, and has not failed; it is ready again once it answers', async t => {
	const health = {
		probe: {kind: 'http', path: '/'},
		intervalMs: ms(100),
		timeoutMs: ms(100),
		failures: 1,
		startTimeoutMs: ms(1000),
	} as const;
	const {supervised, told, settle, pause, answer} = supervise({health});
	await supervised.start();
	await settle(50);
	pause('docker unpause it');
	answer('no answer');
	await settle(60_000);
	t.deepEqual(told, ['starting', 'ready', 'paused docker unpause it']);
	t.is(supervised.waitingFor(), 'docker unpause it');
	pause(undefined);
	await settle(200);
	t.is(supervised.state(), 'starting');
	answer(undefined);
	await settle(250);
	t.is(supervised.state(), 'ready');
	t.is(supervised.waitingFor(), undefined);
});

test('one that cannot be started again is tried again, in pauses that grow', async t => {
	const {supervised, told, settle, end, refuse} = supervise();
	await supervised.start();
	await settle(50);
	await settle();
	refuse('the engine is busy');
	end({isSuccess: false, description: 'exited with 1'});
	await settle();
	await settle(50);
	await settle();
	t.is(supervised.state(), 'failed');
	await settle(500);
	await settle();
	refuse(undefined);
	await settle(1000);
	await settle(50);
	await settle();
	t.deepEqual(told.slice(2), [
		'restarting exited with 1; starting again in 50 ms',
		'failed the engine is busy; trying again in 500 ms',
		'failed the engine is busy; trying again in 1 s',
		'starting',
		'ready',
	]);
});

test('one that is stopped while it cannot be started again is left alone', async t => {
	const {supervised, told, settle, end, refuse} = supervise();
	await supervised.start();
	refuse('the engine is busy');
	end({isSuccess: false, description: 'exited with 1'});
	await settle();
	await settle(50);
	await settle();
	await supervised.stop();
	refuse(undefined);
	await settle(60_000);
	t.is(told.at(-1), 'stopped');
});
