import test from 'ava';
import {parseRequestLog} from '../../bench/load/h2load.ts';
import {parseWrk} from '../../bench/load/wrk.ts';

const wrkOutput = `Running 2s test @ http://127.0.0.1:18080/small
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     6.71ms   13.58ms 193.03ms   94.54%
    Req/Sec     7.85k     3.29k   12.90k    67.50%
  Latency Distribution
     50%  340.00us
     75%    4.99ms
     90%   10.34ms
     99%    1.02s 
  31300 requests in 4.01s, 6.72MB read
Requests/sec:   7808.61
Transfer/sec:      1.68MB
`;

test('what wrk prints is read with its units', t => {
	t.deepEqual(parseWrk(wrkOutput), {requestsPerSecond: 7808.61, p50Ms: 0.34, p99Ms: 1020, failures: 0});
});

test('replies with other statuses, and broken connections, are failures', t => {
	const failing = wrkOutput.replace(
		'Requests/sec',
		'  Socket errors: connect 1, read 20, write 300, timeout 4000\n  Non-2xx or 3xx responses: 50000\nRequests/sec',
	);
	t.is(parseWrk(failing).failures, 54_321);
});

test('what is not said is not taken for 0', t => {
	t.throws(() => parseWrk('unable to connect to 127.0.0.1:1 Connection refused\n'), {
		message: /wrk did not say requests/,
	});
	t.throws(() => parseWrk(wrkOutput.replace('340.00us', '340.00')), {message: /a time that is none: 340.00/});
	t.throws(() => parseRequestLog('1\t200\n'), {message: /a line that is none/});
	t.throws(() => parseRequestLog(''), {message: /too few requests/});
});

test('the rate that was reached and the percentiles come from the requests after the first 300 ms', t => {
	// 100 a second; the first ones are slow, one later one too, and one fails.
	const rows = Array.from({length: 131}, (_, index) => {
		const micros = index < 30 ? 90_000 : index === 77 ? 8000 : 500;
		return `${1_700_000_000_000_000 + index * 10_000}\t${index === 50 ? -1 : 200}\t${micros}`;
	});
	// They stand in the order of their ends.
	const log = `${rows.toReversed().join('\n')}\n`;
	t.deepEqual(parseRequestLog(log), {requestsPerSecond: 100, p50Ms: 0.5, p99Ms: 0.5, failures: 1});
	t.is(parseRequestLog(log.replaceAll('\t500\n', '\t8000\n')).p99Ms, 8);
});
