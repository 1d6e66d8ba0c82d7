import test from 'ava';
import fc from 'fast-check';
import {createRandom} from '../../src/common/random.ts';
import {createLeastRequest, createRoundRobin} from '../../src/routing/load-balancer.ts';

test('round robin takes one after the other, all equally often', t => {
	fc.assert(
		fc.property(fc.integer({min: 1, max: 8}), fc.integer({min: 1, max: 5}), (count, rounds) => {
			const candidates = Array.from({length: count}, (_, index) => index);
			const pick = createRoundRobin<number>();
			const picked = Array.from({length: count * rounds}, () => pick(candidates));
			t.deepEqual(picked, Array.from({length: rounds}, () => candidates).flat());
		}),
	);
});

test('round robin goes on when candidates come and go', t => {
	const pick = createRoundRobin<string>();
	t.is(pick(['a', 'b', 'c']), 'a');
	t.is(pick(['a', 'b', 'c']), 'b');
	t.is(pick(['a']), 'a');
	t.true(['a', 'b'].includes(pick(['a', 'b'])));
});

test('of the two that are drawn, the one with fewer requests under way is taken', t => {
	const underWay: Readonly<Record<string, number>> = {a: 5, b: 1, c: 3};
	const pickBy = (...draws: readonly number[]): string => {
		const left = [...draws];
		return createLeastRequest<string>(
			candidate => underWay[candidate] ?? 0,
			() => left.shift() ?? 0,
		)(['a', 'b', 'c']);
	};

	t.is(pickBy(0, 0.5), 'b');
	t.is(pickBy(0.5, 0), 'b');
	t.is(pickBy(0, 0.99), 'c');
	t.is(pickBy(0, 0), 'a');
});

test('a busy endpoint gets fewer requests than an idle one, but is not forgotten', t => {
	const underWay: Record<string, number> = {busy: 10, idle: 0, calm: 0};
	const pick = createLeastRequest<string>(candidate => underWay[candidate] ?? 0, createRandom(3));
	const counts: Record<string, number> = {busy: 0, idle: 0, calm: 0};
	for (let index = 0; index < 9000; index++) {
		const name = pick(['busy', 'idle', 'calm']);
		counts[name] = (counts[name] ?? 0) + 1;
	}

	// It is taken only when it is drawn twice: one ninth.
	t.true(Math.abs((counts['busy'] ?? 0) - 1000) < 120, `${counts['busy']}`);
	t.true(Math.abs((counts['idle'] ?? 0) - (counts['calm'] ?? 0)) < 300);
});

test('least request only ever gives a candidate', t => {
	fc.assert(
		fc.property(fc.array(fc.nat(9), {minLength: 1, maxLength: 5}), fc.nat(), (loads, seed) => {
			const pick = createLeastRequest<number>(index => loads[index] ?? 0, createRandom(seed));
			t.true(pick([...loads.keys()]) < loads.length);
		}),
	);
});
