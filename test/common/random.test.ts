import test from 'ava';
import fc from 'fast-check';
import {createRandom, drawByHash, type Random} from '../../src/common/random.ts';

/** How many of the draws fall into each tenth. */
const tenths = (count: number, draw: (index: number) => number): readonly number[] => {
	const found = Array.from({length: 10}, () => 0);
	for (let index = 0; index < count; index++) {
		const tenth = Math.floor(draw(index) * 10);
		found[tenth] = (found[tenth] ?? 0) + 1;
	}

	return found;
};

/** The chi-square statistic against an even spread; 9 degrees of freedom, below 27.9 in 999 of 1000 fair cases. */
const unevenness = (counts: readonly number[]): number => {
	const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
	return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
};

const take = (count: number, random: Random): readonly number[] => Array.from({length: count}, () => random());

test('the same seed gives the same numbers, another one others', t => {
	t.deepEqual(take(20, createRandom(7)), take(20, createRandom(7)));
	t.notDeepEqual(take(20, createRandom(7)), take(20, createRandom(8)));
});

test('numbers lie from 0 up to, not including, 1', t => {
	fc.assert(
		fc.property(fc.integer(), fc.string(), (seed, key) => {
			for (const value of [...take(5, createRandom(seed)), drawByHash(seed, key)]) {
				t.true(value >= 0 && value < 1);
			}
		}),
	);
});

for (const seed of [0, 1, 42, 2 ** 31]) {
	test(`the numbers of seed ${seed} are spread evenly`, t => {
		const random = createRandom(seed);
		t.true(unevenness(tenths(20_000, random)) < 27.9);
	});

	test(`draws by hash of seed ${seed} are spread evenly over request ids that hardly differ`, t => {
		t.true(unevenness(tenths(20_000, index => drawByHash(seed, `reviews[0]|${index}`))) < 27.9);
		t.true(unevenness(tenths(20_000, index => drawByHash(seed, `faults[0]|web>reviews GET / ${index}|1`))) < 27.9);
	});
}

test('draws of two rules for the same requests do not go together', t => {
	let both = 0;
	for (let index = 0; index < 20_000; index++) {
		if (drawByHash(1, `faults[0]|${index}|1`) < 0.5 && drawByHash(1, `faults[1]|${index}|1`) < 0.5) {
			both++;
		}
	}

	t.true(Math.abs(both - 5000) < 250, `${both} of 20000`);
});

test('a draw depends on the seed and the key alone', t => {
	t.is(drawByHash(1, 'a|b'), drawByHash(1, 'a|b'));
	t.not(drawByHash(1, 'a|b'), drawByHash(2, 'a|b'));
	t.not(drawByHash(1, 'a|b'), drawByHash(1, 'a|c'));
});
