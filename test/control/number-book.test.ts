import test from 'ava';
import {createNumberBook} from '../../src/control/number-book.ts';

test('a name keeps its number, each group counts for itself, and a free number is given again', t => {
	const book = createNumberBook();
	t.deepEqual([book.numberOf('pod', 'a'), book.numberOf('pod', 'b'), book.numberOf('name', 'b')], [0, 1, 0]);
	t.is(book.numberOf('pod', 'a'), 0);
	book.keepOnly('pod', new Set(['b']));
	t.is(book.numberOf('pod', 'c'), 0);
	t.is(book.numberOf('pod', 'b'), 1);
});

test('numbers outlive the book that gave them', t => {
	const book = createNumberBook();
	book.numberOf('pod', 'a');
	book.numberOf('pod', 'b');
	const next = createNumberBook(JSON.parse(JSON.stringify(book.save())));
	t.is(next.numberOf('pod', 'b'), 1);
	t.is(next.numberOf('pod', 'c'), 2);
});
