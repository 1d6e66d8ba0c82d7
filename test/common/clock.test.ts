import test from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import {stateOf} from '../support/state-of.ts';

test('a sleep ends when its span is over, not before', async t => {
	const clock = createManualClock();
	const sleep = clock.sleep(ms(100));
	await clock.advance(ms(99));
	t.is(await stateOf(sleep), 'pending');
	await clock.advance(ms(1));
	t.is(await stateOf(sleep), 'fulfilled');
});

test('a sleep that is aborted rejects with the reason at once and leaves no timer', async t => {
	const clock = createManualClock();
	const abort = new AbortController();
	const sleep = clock.sleep(ms(100), abort.signal);
	abort.abort(new Error('the client left'));
	await t.throwsAsync(sleep, {message: 'the client left'});
	t.is(clock.pending(), 0);
});

test('a sleep under a signal that was aborted before never begins', async t => {
	const clock = createManualClock();
	await t.throwsAsync(clock.sleep(ms(100), AbortSignal.abort(new Error('too late'))), {message: 'too late'});
	t.is(clock.pending(), 0);
});

test('a signal that is aborted after the sleep changes nothing', async t => {
	const clock = createManualClock();
	const abort = new AbortController();
	const sleep = clock.sleep(ms(100), abort.signal);
	await clock.advance(ms(100));
	abort.abort(new Error('too late'));
	await t.notThrowsAsync(sleep);
});

test('timers fire in the order in which they fall due, each at its own time', async t => {
	const clock = createManualClock();
	const fired: string[] = [];
	clock.after(ms(20), () => fired.push(`second at ${clock.now()}`));
	clock.after(ms(10), () => {
		fired.push(`first at ${clock.now()}`);
		clock.after(ms(5), () => fired.push(`its own at ${clock.now()}`));
	});
	await clock.advance(ms(30));
	t.deepEqual(fired, ['first at 10', 'its own at 15', 'second at 20']);
});

test('a cancelled timer does not fire', async t => {
	const clock = createManualClock();
	clock.after(ms(10), () => t.fail())();
	await clock.advance(ms(20));
	t.is(clock.pending(), 0);
});

test('wall time goes on with the clock', async t => {
	const clock = createManualClock(1000);
	await clock.advance(ms(500));
	t.is(clock.wall(), 1500);
	t.is(clock.now(), ms(500));
});

test('the machine’s clock does not fire before its time and can be cancelled', async t => {
	const start = systemClock.now();
	systemClock.after(ms(1), () => t.fail())();
	await systemClock.sleep(ms(5));
	// Timers of Node go by whole milliseconds.
	t.true(systemClock.now() - start >= 4);
	t.true(Math.abs(systemClock.wall() - Date.now()) < 1000);
});
