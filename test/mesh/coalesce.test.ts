import test from 'ava';
import {coalesce} from '../../src/mesh/coalesce.ts';

const createWork = () => {
	const ends: (() => void)[] = [];
	let runs = 0;
	const work = async () => {
		runs++;
		const mine = runs;
		await new Promise<void>(resolve => ends.push(resolve));
		return mine;
	};
	return {work, end: () => ends.shift()?.(), runs: () => runs};
};

const settle = () => new Promise(resolve => setImmediate(resolve));

test('calls during a run share one run that starts after it', async t => {
	const {work, end, runs} = createWork();
	const call = coalesce(work);
	const first = call();
	const second = call();
	const third = call();
	t.is(runs(), 1);
	end();
	t.is(await first, 1);
	await settle();
	t.is(runs(), 2);
	end();
	t.is(await second, 2);
	t.is(await third, 2);
});

test('a call after the end runs again', async t => {
	const {work, end} = createWork();
	const call = coalesce(work);
	const first = call();
	end();
	t.is(await first, 1);
	const second = call();
	end();
	t.is(await second, 2);
});

test('a run that fails is told to its callers and does not stop the next', async t => {
	let runs = 0;
	const call = coalesce(async () => {
		runs++;
		if (runs === 1) {
			throw new Error('no');
		}

		return runs;
	});
	const first = call();
	const second = call();
	await t.throwsAsync(first, {message: 'no'});
	t.is(await second, 2);
});
