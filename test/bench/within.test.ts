import test from 'ava';
import {within} from '../../bench/within.ts';

test('work that ends is given, also shortly after the signal; work that goes on is given up', async t => {
	const never = new Promise<string>(() => {});
	const signal = new AbortController();
	t.is(await within(Promise.resolve('done'), signal.signal, 0), 'done');
	const given = t.throwsAsync(within(never, signal.signal, 1), {message: /did not end within/});
	const late = Promise.withResolvers<string>();
	const waited = within(late.promise, signal.signal, 60_000);
	signal.abort();
	late.resolve('late');
	t.is(await waited, 'late');
	await given;
	t.is(await within(Promise.resolve('after'), signal.signal, 60_000), 'after');
});
