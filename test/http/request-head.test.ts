import test from 'ava';
import fc from 'fast-check';
import {requestTarget, splitTarget} from '../../src/http/request-head.ts';

test('a target is split at its first question mark', t => {
	t.deepEqual(splitTarget('/a?b=1?c'), {path: '/a', query: 'b=1?c'});
	t.deepEqual(splitTarget('/a'), {path: '/a', query: undefined});
	t.deepEqual(splitTarget('/a?'), {path: '/a', query: ''});
});

test('a target that was split is put together as it was', t => {
	fc.assert(
		fc.property(fc.webPath(), fc.option(fc.webQueryParameters(), {nil: undefined}), (path, query) => {
			const target = query === undefined ? path : `${path}?${query}`;
			t.is(requestTarget(splitTarget(target)), target);
		}),
	);
});
