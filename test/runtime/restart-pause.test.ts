import test from 'ava';
import {restartPause} from '../../src/runtime/restart-pause.ts';

test('the first restart comes almost at once, each next one later, none after more than half a minute', t => {
	t.deepEqual(
		[1, 2, 3, 4, 5, 6, 7, 8, 9, 2000].map(restartPause).map(Number),
		[50, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000],
	);
});
