import test from 'ava';
import {addCounts, closingLine, failed, none, passed} from '../../scripts/test-counts.ts';

test('the closing line says how many passed and failed', t => {
	t.is(closingLine(addCounts(passed(12), failed(3))), '12 passed, 3 failed');
	t.is(closingLine(none), '0 passed, 0 failed');
});

test('the closing line says how many were skipped when some were', t => {
	t.is(closingLine({passed: 5, failed: 0, skipped: 2}), '5 passed, 0 failed, 2 skipped');
});
