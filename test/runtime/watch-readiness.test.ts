import test from 'ava';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import {watchReadiness} from '../../src/runtime/watch-readiness.ts';

const health = {intervalMs: ms(5000), timeoutMs: ms(1000), failures: 3, startTimeoutMs: ms(3000)};

const watch = (isAskedOn: boolean, wasReady = false) => {
	const clock = createManualClock();
	const end = new AbortController();
	const asked: number[] = [];
	const told: string[] = [];
	let problem: string | undefined = 'tcp/5432: connection refused';
	const watching = watchReadiness({
		health,
		isAskedOn,
		wasReady,
		ask: async () => {
			asked.push(clock.now());
			return problem;
		},
		tell: readiness => {
			told.push(`${clock.now()} ${readiness.kind}`);
		},
		clock,
		signal: end.signal,
	});
	return {
		clock,
		asked,
		told,
		watching,
		end,
		answer: (next: string | undefined) => {
			problem = next;
		},
	};
};

test('a start is asked about often at first, then less, and never less than four times a second', async t => {
	const {clock, asked, watching, end} = watch(true);
	await clock.advance(ms(3000));
	t.deepEqual(asked.slice(0, 3), [50, 100, 150]);
	const pauses = asked.slice(1).map((time, index) => time - (asked[index] ?? 0));
	t.true(Math.max(...pauses) === 250);
	end.abort(new Error('ended'));
	await t.throwsAsync(watching, {message: 'ended'});
});

test('a start tells about once a second what it waits for, and once that it is late; it is asked on and may get there', async t => {
	const {clock, told, answer, watching, end} = watch(true);
	await clock.advance(ms(4500));
	t.deepEqual(
		told.map(line => line.split(' ')[1]),
		['waiting', 'waiting', 'late', 'waiting'],
	);
	answer(undefined);
	await clock.advance(ms(250));
	t.regex(told.at(-1) ?? '', / ready$/);
	end.abort(new Error('ended'));
	await t.throwsAsync(watching);
});

test('only failures in a row make an app unready, and its next start counts from there', async t => {
	const {clock, told, answer, watching, end} = watch(true, true);
	await clock.advance(ms(10_000));
	answer(undefined);
	await clock.advance(ms(5000));
	answer('status 503');
	await clock.advance(ms(10_000));
	t.deepEqual(told, []);
	await clock.advance(ms(5000));
	t.deepEqual(told, ['30000 unready']);
	await clock.advance(ms(2900));
	t.false(told.some(line => line.endsWith('late')));
	end.abort(new Error('ended'));
	await t.throwsAsync(watching);
});

test('an app without a check of its own is left alone once it was ready', async t => {
	const {clock, asked, answer, watching} = watch(false);
	answer(undefined);
	await clock.advance(ms(100));
	await watching;
	await clock.advance(ms(60_000));
	t.is(asked.length, 1);
	t.is(clock.pending(), 0);
});
