import test from 'ava';
import fc from 'fast-check';
import {readTrace, withTrace} from '../../src/http/trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const context = {traceId, spanId};

for (const [title, headers, given] of [
	['nothing', [], {}],
	['W3C, sampled', ['traceparent', `00-${traceId}-${spanId}-01`], {context, isSampled: true}],
	['W3C, not sampled', ['Traceparent', `00-${traceId}-${spanId}-00`], {context, isSampled: false}],
	[
		'W3C of a later version with more parts',
		['traceparent', `cc-${traceId}-${spanId}-01-what`],
		{context, isSampled: true},
	],
	['W3C of version 00 with more parts', ['traceparent', `00-${traceId}-${spanId}-01-what`], {}],
	['W3C of version ff', ['traceparent', `ff-${traceId}-${spanId}-01`], {}],
	['W3C in upper case', ['traceparent', `00-${traceId.toUpperCase()}-${spanId}-01`], {}],
	['W3C with a trace of zeros', ['traceparent', `00-${'0'.repeat(32)}-${spanId}-01`], {}],
	['W3C with a span of zeros', ['traceparent', `00-${traceId}-${'0'.repeat(16)}-01`], {}],
	['B3 in one header', ['b3', `${traceId}-${spanId}-1-05e3ac9a4f6e3b90`], {context, isSampled: true}],
	['B3 in one header, undecided', ['b3', `${traceId}-${spanId}`], {context}],
	['B3 in one header, debugged', ['b3', `${traceId}-${spanId}-d`], {context, isSampled: true}],
	['B3 that only says no', ['b3', '0'], {isSampled: false}],
	[
		'B3 in several headers',
		['X-B3-TraceId', traceId, 'X-B3-SpanId', spanId, 'X-B3-Sampled', '0'],
		{context, isSampled: false},
	],
	[
		'B3 with the flag to debug',
		['x-b3-traceid', traceId, 'x-b3-spanid', spanId, 'x-b3-flags', '1'],
		{context, isSampled: true},
	],
	[
		'B3 with an id of half the length',
		['x-b3-traceid', 'a3ce929d0e0e4736', 'x-b3-spanid', spanId],
		{context: {traceId: '0000000000000000a3ce929d0e0e4736', spanId}},
	],
	['B3 that says only to sample', ['x-b3-sampled', '1'], {isSampled: true}],
	[
		'both: W3C wins',
		['b3', `${'1'.repeat(32)}-${spanId}-0`, 'traceparent', `00-${traceId}-${spanId}-01`],
		{context, isSampled: true},
	],
	['a broken W3C beside B3', ['traceparent', 'nonsense', 'b3', `${traceId}-${spanId}-1`], {context, isSampled: true}],
] as const) {
	test(`is read: ${title}`, t => {
		t.deepEqual(readTrace(headers), given);
	});
}

test('what is written replaces all that was there, and leaves the rest', t => {
	t.deepEqual(
		withTrace(['Accept', '*/*', 'b3', '0', 'TraceParent', 'x', 'X-B3-ParentSpanId', 'y', 'tracestate', 'vendor=1'], {
			traceId,
			spanId,
			isSampled: true,
		}),
		[
			'Accept',
			'*/*',
			'tracestate',
			'vendor=1',
			'traceparent',
			`00-${traceId}-${spanId}-01`,
			'x-b3-traceid',
			traceId,
			'x-b3-spanid',
			spanId,
			'x-b3-sampled',
			'1',
		],
	);
});

const hex = (length: number) =>
	fc
		.array(fc.constantFrom(...'0123456789abcdef'), {minLength: length, maxLength: length})
		.map(digits => digits.join(''))
		.filter(id => /[^0]/.test(id));

test('what was written is read the same, also by those who know B3 alone', t => {
	fc.assert(
		fc.property(hex(32), hex(16), fc.boolean(), (trace, span, isSampled) => {
			const headers = withTrace([], {traceId: trace, spanId: span, isSampled});
			const expected = {context: {traceId: trace, spanId: span}, isSampled};
			t.deepEqual(readTrace(headers), expected);
			t.deepEqual(readTrace(headers.slice(2)), expected);
		}),
	);
});

test('whatever stands in the headers, reading does not throw, and ids are well formed', t => {
	fc.assert(
		fc.property(fc.constantFrom('traceparent', 'b3', 'x-b3-traceid'), fc.string(), (name, value) => {
			const {context: read} = readTrace([name, value, 'x-b3-spanid', spanId]);
			t.true(read === undefined || /^[0-9a-f]{32}$/.test(read.traceId));
		}),
	);
});
