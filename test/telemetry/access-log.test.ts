import test from 'ava';
import {formatAccessLog} from '../../src/telemetry/access-log.ts';
import {recordOf} from '../support/request-record.ts';

const record = recordOf({
	path: '/a?b=1',
	route: 'reviews[0]',
	durationMs: 1.50049,
	userAgent: 'curl/8',
	forwardedFor: '10.0.0.1',
});

test('a line of JSON says what a request was and how it ended', t => {
	t.deepEqual(JSON.parse(formatAccessLog(record, 'json')), {
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
		bytesReceived: 0,
		bytesSent: 12,
		connection: '127.0.0.1:50000',
		requestId: 'request-1',
		revision: 3,
		traceId: '0af7651916cd43dd8448eb211c80319c',
	});
});

test("a line of text is in the order of Envoy's default format", t => {
	t.is(
		formatAccessLog(record, 'text'),
		'[2026-01-01T00:00:00.000Z] "GET /a?b=1 HTTP/1.1" 200 - 0 12 2 - "10.0.0.1" "curl/8" "request-1" "reviews" "reviews-v2-1"',
	);
});

test('a raw connection has no method, path and status', t => {
	const line = formatAccessLog(
		recordOf({protocol: 'tcp', method: '', path: '', authority: '', status: 0, flags: 'UF', endpoint: undefined}),
		'text',
	);
	t.is(line, '[2026-01-01T00:00:00.000Z] "- - -" 0 UF 0 12 1 - "-" "-" "request-1" "-" "-"');
});

for (const format of ['json', 'text'] as const) {
	test(`whatever a client sends, an entry of ${format} stays one line`, t => {
		const line = formatAccessLog(
			recordOf({authority: 'a\nb', path: '/\r\n"\u2028', requestId: '\n', userAgent: '"\u0085\u001b[1m\\'}),
			format,
		);
		t.notRegex(line, /\p{Cc}/u);
		if (format === 'json') {
			t.like(JSON.parse(line), {authority: 'a\nb', path: '/\r\n"\u2028', requestId: '\n'});
		} else {
			t.true(line.includes('"GET /\\x0d\\x0a\\x22\\x2028 HTTP/1.1"'), line);
		}
	});
}
