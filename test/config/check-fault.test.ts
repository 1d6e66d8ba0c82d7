import test from 'ava';
import fc from 'fast-check';
import {ms, ratio} from '../../src/common/units.ts';
import {checkFault, type FaultCheck} from '../../src/config/check-fault.ts';
import {external, meshConfig, workload} from '../support/mesh-config.ts';

const config = meshConfig({
	services: [workload('ratings'), workload('reviews'), workload('db', {protocol: 'tcp'}), external('payments')],
});

const check = (input: unknown): FaultCheck => checkFault(input, config, 'fault-1');

const findingsOf = (input: unknown): readonly string[] => {
	const {fault, diagnostics} = check(input);
	return fault ? ['accepted'] : diagnostics.map(({code, finding, remedy}) => `${code} ${finding}. ${remedy}`);
};

test('a fault in the shape of the file is taken, with its time', t => {
	const input = {
		to: 'ratings',
		from: 'reviews',
		match: [{headers: {'end-user': 'jason'}}, {path: {prefix: '/ratings'}}],
		delay: {duration: '2s', percent: '20%'},
		abort: {status: 503},
		for: '30s',
	};
	t.deepEqual(check(input), {
		fault: {
			id: 'fault-1',
			to: 'ratings',
			matches: [
				{headers: [{name: 'end-user', match: {kind: 'exact', value: 'jason'}}], from: ['reviews']},
				{path: {kind: 'prefix', value: '/ratings'}, from: ['reviews']},
			],
			filters: [
				{kind: 'delay', durationMs: ms(2000), share: ratio(0.2)},
				{kind: 'abort', status: 503, share: ratio(1)},
			],
		},
		forMs: ms(30_000),
		diagnostics: [],
	});
});

test('a fault without a time lasts, and may be on a service outside the mesh', t => {
	const {fault, forMs} = check({to: 'payments', abort: {status: 429, percent: 5}});
	t.is(fault?.to, 'payments');
	t.deepEqual(fault?.matches, []);
	t.is(forMs, undefined);
});

test('callers may be the gateway, a person, or nobody known', t => {
	t.deepEqual(findingsOf({to: 'ratings', from: ['gateway', 'host', 'unknown'], abort: {status: 500}}), ['accepted']);
});

test('unknown names are refused with the nearest ones, callers within matches too', t => {
	t.deepEqual(findingsOf({to: 'rating', from: 'review', match: {from: 'revews'}, abort: {status: 500}}), [
		'DM2001 there is no service "rating". Did you mean ratings?',
		'DM2001 there is no service "review". Did you mean reviews?',
		'DM2001 there is no service "revews". Did you mean reviews?',
	]);
});

test('what would do nothing, or never match, is refused', t => {
	t.deepEqual(findingsOf({to: 'ratings'}), [
		'DM2018 the fault on ratings does nothing. Add delay: { duration: 2s } or abort: { status: 503 }.',
	]);
	t.deepEqual(
		findingsOf({to: 'ratings', abort: {status: 503}, match: {path: 'cart', headers: {'a b': {regex: '('}}}}),
		[
			'DM2023 no path is "cart" or begins so. Write /cart.',
			'DM2024 no header can be named "a b". Use letters, digits and dashes, such as x-user; the path and the method have keys of their own.',
			'DM2009 this is no regular expression: missing closing ): `(`. Correct it. The syntax is RE2: no look-around, no references back.',
		],
	);
});

test('a fault on raw connections is refused', t => {
	t.deepEqual(findingsOf({to: 'db', delay: {duration: '1s'}}), [
		'DM2028 db is spoken to by TCP, so there are no requests for a fault. Remove it; or, if db does speak HTTP, write protocol: http there.',
	]);
});

test('wrong shapes, units and keys are refused', t => {
	t.deepEqual(findingsOf({to: 'ratings', delay: {duration: '2 sec'}, percnt: 20, for: 30}), [
		'DM1103 delay.duration is "2 sec". Write a duration with its unit, up to 24h, such as 250ms, 2s or 1m30s.',
		'DM1102 for is 30. Write a duration with its unit, up to 24h, such as 250ms, 2s or 1m30s.',
		'DM1101 there is no key "percnt" at the top of the fault. Possible here: to, from, match, delay, abort, for.',
	]);
	for (const input of [undefined, null, 'ratings', 7, [], [{to: 'ratings'}]]) {
		t.is(check(input).fault, undefined);
		t.is(check(input).diagnostics.length, 1);
	}
});

test('nothing that may come by the API makes the check throw', t => {
	fc.assert(
		fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (one, two, three) => {
			for (const input of [
				one,
				{to: 'ratings', delay: one, match: two, from: three},
				{to: one, abort: {status: two}, for: three},
			]) {
				const {fault, diagnostics} = check(input);
				t.is(fault === undefined, diagnostics.length > 0);
			}
		}),
		{numRuns: 500},
	);
});
