import test from 'ava';
import {type AccessLogEntry, formatAccessLog} from '../../src/telemetry/access-log.ts';

const entry: AccessLogEntry = {
	time: '2026-01-01T00:00:00.000Z',
	sidecar: 'web-1',
	direction: 'outbound',
	caller: 'web',
	destination: 'reviews',
	version: 'v2',
	endpoint: 'reviews-v2-1',
	protocol: 'http',
	method: 'GET',
	authority: 'reviews',
	path: '/a?b=1',
	status: 200,
	flags: '-',
	route: 'reviews[0]',
	attempts: 1,
	faults: [],
	durationMs: 1.5,
	bytesSent: 12,
	connection: '127.0.0.1:50000',
	requestId: 'request-1',
	revision: 3,
	problem: undefined,
};

test('an entry is one line of JSON that says what it was given', t => {
	const {problem: _, ...said} = entry;
	t.deepEqual(JSON.parse(formatAccessLog(entry)), said);
});

test('whatever a client sends, an entry stays one line', t => {
	const line = formatAccessLog({...entry, authority: 'a\nb', path: '/\r\n"\u2028', requestId: '\n'});
	t.notRegex(line, /[\r\n]/);
	t.like(JSON.parse(line), {authority: 'a\nb', path: '/\r\n"\u2028', requestId: '\n'});
});
