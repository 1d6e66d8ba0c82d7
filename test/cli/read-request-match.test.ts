import test from 'ava';
import {readRequestMatch} from '../../src/cli/read-request-match.ts';

test('conditions of every kind are put together', t => {
	t.deepEqual(
		readRequestMatch([
			'header end-user=jason',
			'x-a=b=c',
			'query debug=',
			'path /reviews',
			'method get',
			'method POST',
		]),
		{
			headers: {'end-user': 'jason', 'x-a': 'b=c'},
			query: {debug: ''},
			path: {prefix: '/reviews'},
			methods: ['GET', 'POST'],
		},
	);
});

test('a header may be named as a kind is', t => {
	t.deepEqual(readRequestMatch(['path=/x', 'header method=GET']), {headers: {path: '/x', method: 'GET'}});
});

test('what is no condition is refused with what one looks like', t => {
	for (const condition of ['', 'jason', '=jason', 'header jason', 'path reviews', 'two words=1', 'query']) {
		t.throws(() => readRequestMatch([condition]), {
			code: 'DM6014',
			message: `"${condition}" is no condition on a request`,
		});
	}
});
