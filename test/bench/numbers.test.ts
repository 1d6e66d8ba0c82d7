import test from 'ava';
import {expandCores} from '../../bench/cores.ts';
import {parseRollup} from '../../bench/measure/read-memory.ts';
import {median, medians, percentile} from '../../bench/percentile.ts';
import {digits, percent, table, time} from '../../bench/report/table.ts';

test('a percentile is one of the values: the nearest rank', t => {
	const values = Array.from({length: 200}, (_, index) => 200 - index);
	t.is(percentile(values, 0.5), 100);
	t.is(percentile(values, 0.99), 198);
	t.is(percentile(values, 1), 200);
	t.is(percentile([7], 0.99), 7);
	t.is(percentile([], 0.5), Number.NaN);
});

test('a median stands in the middle, also of an even number of values', t => {
	t.is(median([10, 9, 100]), 10);
	t.is(median([1, 2, 10, 3]), 2.5);
	t.is(median([]), Number.NaN);
	t.deepEqual(
		medians(
			[
				{a: 1, b: 30},
				{a: 3, b: 10},
				{a: 2, b: 20},
			],
			['a', 'b'],
		),
		{a: 2, b: 20},
	);
});

test('numbers keep three digits that count', t => {
	t.deepEqual([0.1234, 9.876, 12.34, 123.4, 1234.5, 12_345, 123_456].map(digits), [
		'0.12',
		'9.88',
		'12.3',
		'123',
		'1,230',
		'12,300',
		'123,000',
	]);
	t.deepEqual([time(0.5), time(Number.NaN), percent(0.955), percent(Number.NaN)], ['0.50 ms', '-', '96 %', '-']);
});

test('a table has its numbers on the right', t => {
	t.is(table(['proxy', 'p50'], [['nginx', '1 ms']]), '| proxy | p50 |\n| --- | ---: |\n| nginx | 1 ms |');
});

test('cores are read as the kernel lists them', t => {
	t.deepEqual(expandCores('0-2,5,7-8'), [0, 1, 2, 5, 7, 8]);
	t.deepEqual(expandCores('3'), [3]);
});

test('memory is read in MiB; a text without it is refused', t => {
	const text = '00400000-7fff2 ---p 00000000 00:00 0 [rollup]\nRss:    2048 kB\nPss:    1536 kB\nPss_Anon:  1024 kB\n';
	t.deepEqual(parseRollup(text), {rssMiB: 2, pssMiB: 1.5});
	t.throws(() => parseRollup('Rss: 1 kB\n'), {message: /has no Pss/});
});
