import test from 'ava';
import fc from 'fast-check';
import {headerValue, headerValues, noHeaders, withHeader, withoutHeaders} from '../../src/http/headers.ts';

const fields = ['Host', 'reviews', 'X-Forwarded-For', '10.0.0.1', 'accept', '*/*', 'x-forwarded-for', '10.0.0.2'];

test('a field is found whatever the case of its name; the first value counts', t => {
	t.is(headerValue(fields, 'host'), 'reviews');
	t.is(headerValue(fields, 'x-FORWARDED-for'), '10.0.0.1');
	t.is(headerValue(fields, 'cookie'), undefined);
	t.is(headerValue(noHeaders, 'host'), undefined);
});

test('a value is never taken for a name', t => {
	t.is(headerValue(['accept', 'host', 'host', 'reviews'], 'host'), 'reviews');
	t.deepEqual(headerValues(['accept', 'host'], 'host'), []);
});

test('every value of a repeated field is given, in order', t => {
	t.deepEqual(headerValues(fields, 'X-Forwarded-For'), ['10.0.0.1', '10.0.0.2']);
});

test('fields go by name; what stays keeps its order, case and repetition', t => {
	t.deepEqual(withoutHeaders(fields, new Set(['host', 'accept'])), [
		'X-Forwarded-For',
		'10.0.0.1',
		'x-forwarded-for',
		'10.0.0.2',
	]);
});

test('a field is set in its first place and in the case that the sender wrote', t => {
	t.deepEqual(withHeader(fields, 'x-forwarded-for', 'me'), [
		'Host',
		'reviews',
		'X-Forwarded-For',
		'me',
		'accept',
		'*/*',
	]);
	t.deepEqual(withHeader(['accept', '*/*'], 'Host', 'ratings'), ['accept', '*/*', 'Host', 'ratings']);
});

test('after a field was set it has this value alone, and the others are as before', t => {
	const name = fc.stringMatching(/^[A-Za-z-]{1,8}$/);
	const pairs = fc.array(fc.tuple(name, fc.string()), {maxLength: 8});
	fc.assert(
		fc.property(pairs, name, fc.string(), (list, wanted, value) => {
			const before = list.flat();
			const after = withHeader(before, wanted, value);
			t.deepEqual(headerValues(after, wanted), [value]);
			const others = new Set([wanted.toLowerCase()]);
			t.deepEqual(withoutHeaders(after, others), withoutHeaders(before, others));
		}),
	);
});
