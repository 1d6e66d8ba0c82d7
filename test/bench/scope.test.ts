import test from 'ava';
import {createScope} from '../../bench/scope.ts';

test('what was started last is stopped first, and one that cannot be stopped does not keep the others', async t => {
	const order: string[] = [];
	const warnings: string[] = [];
	const scope = createScope(new AbortController().signal, line => warnings.push(line));
	scope.teardown(() => order.push('first'));
	scope.teardown(() => {
		throw new Error('no');
	});
	scope.teardown(async () => order.push('last'));
	await scope.close();
	await scope.close();
	t.deepEqual(order, ['last', 'first']);
	t.deepEqual(warnings, ['something was left behind: Error: no']);
});

test('an interrupt stops everything, also what is started too late', async t => {
	const order: string[] = [];
	const interrupt = new AbortController();
	const scope = createScope(interrupt.signal, t.fail);
	scope.teardown(() => order.push('early'));
	interrupt.abort();
	t.throws(() => scope.teardown(() => order.push('late')), {message: /after the end/});
	await scope.close();
	t.deepEqual(order.toSorted(), ['early', 'late']);
});
