import test from 'ava';
import {createLog} from '../../src/common/log.ts';
import {createManualClock} from '../../src/common/manual-clock.ts';

test('a log line is one line of JSON with its time, level, message and fields', t => {
	const lines: string[] = [];
	const log = createLog(line => lines.push(line), createManualClock(Date.UTC(2026, 0, 1)));
	log.with({sidecar: 'web-1'}).write('warn', 'refused\na connection', {remote: '127.0.0.1:1'});
	t.deepEqual(lines, [
		'{"time":"2026-01-01T00:00:00.000Z","level":"warn","message":"refused\\na connection","sidecar":"web-1","remote":"127.0.0.1:1"}\n',
	]);
});
