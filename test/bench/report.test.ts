import test from 'ava';
import {throughput} from '../../bench/measure/throughput.ts';
import {explainMissing, haproxy, nginx, wrk} from '../../bench/needs.ts';
import {readOptions} from '../../bench/read-options.ts';
import {renderConditions} from '../../bench/report/conditions.ts';
import {replaceSections} from '../../bench/report/sections.ts';

test('requests per second stand beside those of nginx, and failures are not hidden', t => {
	const row = (proxy: string, connections: number, requestsPerSecond: number, failures = 0) => ({
		...({hops: 'mutual', bytes: 100} as const),
		...{proxy, connections, requestsPerSecond, failures},
		p50Ms: 1.5,
		p99Ms: 12.25,
	});
	const text = throughput.render({
		versions: 'nginx 1.2.3.',
		rows: [row('devmesh', 32, 5000), row('devmesh', 1, 2500, 3), row('nginx', 32, 20_000), row('nginx', 1, 10_000)],
	});
	t.true(
		text.includes(`**Two hops with mutual TLS between them, 100 B**

| proxy | 32 conn.: requests/s | of nginx | p50 | p99 | 1 conn.: requests/s | of nginx | p50 | p99 |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| devmesh | 5,000 | 25 % | 1.50 ms | 12.3 ms | 2,500 (3 failed) | 25 % | 1.50 ms | 12.3 ms |
| nginx | 20,000 | 100 % | 1.50 ms | 12.3 ms | 10,000 | 100 % | 1.50 ms | 12.3 ms |`),
		text,
	);
});

test('a run of one part leaves the sections of the others as they are', t => {
	const before = '# Old head\n\n## Second\n\nold second\n\n### part of it\n\n## Gone\n\nx\n\n## First\n\nold first\n';
	t.is(
		replaceSections(before, '# Head\n', ['First', 'Second', 'Third'], new Map([['First', '\nnew first\n\n']])),
		'# Head\n\n## First\n\nnew first\n\n## Second\n\nold second\n\n### part of it\n',
	);
	t.is(replaceSections('', '# Head', ['First'], new Map([['First', 'text']])), '# Head\n\n## First\n\ntext\n');
});

test('each section says when it was measured, and how busy the machine was', t => {
	t.is(
		renderConditions({
			startedAt: '2026-11-28T10:42:07.123Z',
			seconds: 61.7,
			loadBefore: 0.3,
			loadAfter: 1.756,
			machine: '2 × CPU, Linux 6, Node 26',
		}),
		'*2026-11-28 10:42 UTC, 62 s; load average 0.30 before, 1.76 after; 2 × CPU, Linux 6, Node 26.*',
	);
});

test('options: all parts, some of them, or a sentence about what is wrong', t => {
	const names = ['one', 'two', 'three'] as const;
	t.deepEqual(readOptions([], names), {parts: [...names], isJson: false, isQuick: false});
	t.deepEqual(readOptions(['--only', 'three,one', '--json', '--quick'], names), {
		parts: ['one', 'three'],
		isJson: true,
		isQuick: true,
	});
	t.is(readOptions(['--only', 'four'], names), 'There is no part four; there are one, two, three.');
	t.regex(String(readOptions(['--fast'], names)), /--fast[\s\S]+Usage: npm run bench/);
});

test('what is missing is said in one sentence, with what installs it', t => {
	t.is(
		explainMissing([wrk], () => '/usr/bin/wrk'),
		undefined,
	);
	t.is(
		explainMissing([wrk, nginx, haproxy], ({name}) => (name === 'nginx' ? '/usr/sbin/nginx' : undefined)),
		'wrk and HAProxy are missing: apt-get update && apt-get install wrk haproxy',
	);
});
