import test from 'ava';
import fc from 'fast-check';
import {createRandom} from '../../src/common/random.ts';
import {pickBackend} from '../../src/routing/pick-backend.ts';

const backendsOf = (...weights: readonly number[]) =>
	weights.map((weight, index) => ({version: `v${index + 1}`, weight}));
const weights = fc
	.array(fc.oneof(fc.nat(100), fc.double({min: 0, max: 100, noNaN: true})), {minLength: 1, maxLength: 6})
	.filter(list => list.some(weight => weight > 0));
const draws = fc.double({min: 0, max: 1, maxExcluded: true, noNaN: true});

test('a draw falls on the shares in the order of the list', t => {
	const backends = backendsOf(90, 10);
	t.is(pickBackend(backends, 0).version, 'v1');
	t.is(pickBackend(backends, 0.899).version, 'v1');
	t.is(pickBackend(backends, 0.9).version, 'v2');
	t.is(pickBackend(backends, 1 - 2 ** -32).version, 'v2');
});

test('weights need not add up to 100', t => {
	const backends = backendsOf(1, 2);
	t.is(pickBackend(backends, 0.333).version, 'v1');
	t.is(pickBackend(backends, 0.334).version, 'v2');
});

test('a backend with the weight 0 is never picked', t => {
	fc.assert(
		fc.property(weights, draws, (list, draw) => {
			t.true(pickBackend(backendsOf(...list), draw).weight > 0);
		}),
	);
});

test('every draw picks one, and a higher draw never an earlier one', t => {
	fc.assert(
		fc.property(weights, draws, draws, (list, one, other) => {
			const backends = backendsOf(...list);
			const low = backends.indexOf(pickBackend(backends, Math.min(one, other)));
			const high = backends.indexOf(pickBackend(backends, Math.max(one, other)));
			t.true(low <= high);
		}),
	);
});

test('over many draws the shares are those of the weights', t => {
	const backends = backendsOf(70, 20, 10);
	const random = createRandom(1);
	const counts = new Map<string, number>();
	for (let index = 0; index < 10_000; index++) {
		const {version} = pickBackend(backends, random());
		counts.set(version, (counts.get(version) ?? 0) + 1);
	}

	for (const {version, weight} of backends) {
		t.true(Math.abs((counts.get(version) ?? 0) - weight * 100) < 150, `${version}: ${counts.get(version)}`);
	}
});

test('weights that are all 0 are an error', t => {
	t.throws(() => pickBackend(backendsOf(0, 0), 0.5), {
		instanceOf: RangeError,
		message: 'no backend has a weight above 0',
	});
});
