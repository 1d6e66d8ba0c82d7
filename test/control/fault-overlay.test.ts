import test from 'ava';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import {createFaultOverlay, type RunningFault} from '../../src/control/fault-overlay.ts';
import type {FaultConfig} from '../../src/model/mesh-config.ts';

const fault = (id: string): FaultConfig => ({id, to: 'ratings', matches: [], filters: []});

test('a fault with a time is gone when the time is over, and those who watch are told', async t => {
	const clock = createManualClock();
	const told: number[] = [];
	const overlay = createFaultOverlay([], clock, faults => told.push(faults.length));
	overlay.add(fault('a'), ms(30_000));
	await clock.advance(ms(29_999));
	t.is(overlay.list().length, 1);
	await clock.advance(ms(1));
	t.is(overlay.list().length, 0);
	t.deepEqual(told, [1, 0]);
});

test('a fault without a time stays until it is cleared', async t => {
	const clock = createManualClock();
	const overlay = createFaultOverlay([], clock, () => {});
	overlay.add(fault('a'), undefined);
	overlay.add(fault('b'), undefined);
	await clock.advance(ms(86_400_000));
	t.is(overlay.clear('a'), 1);
	t.deepEqual(
		overlay.list().map(entry => entry.fault.id),
		['b'],
	);
	t.is(overlay.clear(), 1);
	t.is(overlay.clear(), 0);
});

test('what a former control plane had left goes on for the rest of its time', async t => {
	const clock = createManualClock();
	const saved: RunningFault[] = [
		{fault: fault('over'), until: clock.wall() - 1},
		{fault: fault('left'), until: clock.wall() + 500},
	];
	const overlay = createFaultOverlay(saved, clock, () => {});
	t.deepEqual(
		overlay.list().map(entry => entry.fault.id),
		['left'],
	);
	await clock.advance(ms(500));
	t.is(overlay.list().length, 0);
});

test('closing cancels every timer', t => {
	const clock = createManualClock();
	const overlay = createFaultOverlay([], clock, () => {});
	overlay.add(fault('a'), ms(1000));
	overlay.close();
	t.is(clock.pending(), 0);
});

test('a fault that is renewed in time lasts as long again, and its sidecars are not troubled', async t => {
	const clock = createManualClock();
	let changes = 0;
	let renewals = 0;
	const overlay = createFaultOverlay(
		[],
		clock,
		() => changes++,
		() => renewals++,
	);
	overlay.add(fault('a'), ms(10_000));
	for (let turn = 0; turn < 3; turn++) {
		await clock.advance(ms(9_000));
		t.is(overlay.renew('a')?.until, clock.wall() + 10_000);
	}

	t.is(changes, 1);
	t.is(renewals, 3);
	await clock.advance(ms(10_000));
	t.is(overlay.list().length, 0);
	t.is(overlay.renew('a'), undefined);
});

test('a fault that lasts until it is cleared needs no renewal', t => {
	const overlay = createFaultOverlay([], createManualClock(), () => {});
	overlay.add(fault('a'), undefined);
	t.like(overlay.renew('a'), {until: undefined});
});
