import {Duplex} from 'node:stream';
import test, {type ExecutionContext} from 'ava';
import {ms} from '../../src/common/units.ts';
import {defaultRetry, type RetrySpec, retry} from '../../src/filters/retry.ts';
import {bodyOf} from '../../src/http/body.ts';
import type {Exchange, Handler} from '../../src/http/exchange.ts';
import {type Reply, textReply} from '../../src/http/reply.ts';
import {type FailureKind, RequestFailure} from '../../src/http/request-failure.ts';
import {bytesOf, listenTo, pushedBody} from '../support/body-tools.ts';
import {exchangeOf} from '../support/exchange.ts';
import {filterTools, type TestTools} from '../support/filter-tools.ts';
import {replyText} from '../support/reply-text.ts';
import {stateOf} from '../support/state-of.ts';

type Answer = Reply | FailureKind;

interface Run {
	readonly reply: Promise<Reply>;
	readonly exchange: Exchange;
	/** The exchange of each attempt. */
	readonly attempts: readonly Exchange[];
}

/** Runs a request whose attempts get these answers in turn, the last one again and again. */
const run = (
	spec: Partial<RetrySpec>,
	answers: readonly Answer[],
	tools: TestTools,
	parts: Partial<Exchange> = {},
): Run => {
	const exchange = exchangeOf(parts);
	const attempts: Exchange[] = [];
	const next: Handler = async attempt => {
		const answer = answers[Math.min(attempts.length, answers.length - 1)] as Answer;
		attempts.push(attempt);
		if (typeof answer === 'string') {
			throw new RequestFailure(answer, `${answer} of attempt ${attempt.attempt}`);
		}

		return answer;
	};

	const reply = retry.create({...defaultRetry, ...spec}, tools)(exchange, next);
	reply.catch(() => {});
	return {reply, exchange, attempts};
};

/** Runs it to its end, all back-off included, and gives how many attempts there were. */
const countAttempts = async (spec: Partial<RetrySpec>, ...answers: readonly Answer[]): Promise<number> => {
	const tools = filterTools();
	const {reply, attempts} = run(spec, answers, tools);
	await tools.clock.advance(ms(10_000));
	await reply.catch(() => {});
	return attempts.length;
};

const ok = textReply(200, 'ok');

test('an attempt that failed is followed by another, and its reply is the reply', async t => {
	const tools = filterTools();
	const {reply, exchange, attempts} = run({}, ['connect-failure', ok], tools);
	await tools.clock.advance(ms(1000));
	t.is(await replyText(await reply), 'ok');
	t.deepEqual(
		attempts.map(({attempt}) => attempt),
		[1, 2],
	);
	t.is(exchange.record.flags.size, 0);
});

test('attempts count on from the one that the exchange is at', async t => {
	const tools = filterTools();
	const {reply, attempts} = run({}, ['connect-failure', ok], tools, {attempt: 3});
	await tools.clock.advance(ms(1000));
	await reply;
	t.deepEqual(
		attempts.map(({attempt}) => attempt),
		[3, 4],
	);
});

test('when the limit is reached the last failure stands, and the request is marked URX', async t => {
	const tools = filterTools();
	const {reply, exchange, attempts} = run({}, ['connect-failure'], tools);
	await tools.clock.advance(ms(1000));
	await t.throwsAsync(reply, {message: 'connect-failure of attempt 3'});
	t.is(attempts.length, 3);
	t.deepEqual([...exchange.record.flags], ['URX']);
});

test('a reply at the limit is handed on as it is', async t => {
	const tools = filterTools();
	const {reply, exchange} = run({attempts: 1, on: ['5xx']}, [textReply(503, 'busy')], tools);
	await tools.clock.advance(ms(1000));
	t.is(await replyText(await reply), 'busy');
	t.deepEqual([...exchange.record.flags], ['URX']);
});

test('without attempts to spare a failure passes at once, unmarked', async t => {
	const {reply, exchange, attempts} = run({attempts: 0}, ['connect-failure'], filterTools());
	await t.throwsAsync(reply, {message: 'connect-failure of attempt 1'});
	t.is(attempts.length, 1);
	t.is(exchange.record.flags.size, 0);
});

test('without attempts to spare an attempt that is too late is not out of retries', async t => {
	const tools = filterTools();
	const exchange = exchangeOf();
	const handler = retry.create({...defaultRetry, attempts: 0, on: ['reset'], perTryTimeoutMs: ms(100)}, tools);
	const reply = handler(exchange, ({signal}) => tools.clock.sleep(ms(1000), signal).then(() => ok));
	reply.catch(() => {});
	await tools.clock.advance(ms(100));
	await t.throwsAsync(reply, {message: 'reviews did not begin to answer within 100 ms'});
	t.is(exchange.record.flags.size, 0);
});

const unavailable = textReply(200, '', ['grpc-status', '14']);
const cancelled = textReply(200, '', ['Grpc-Status', '1']);
const other = textReply(200, '', ['grpc-status', '13']);

const conditions: readonly {
	readonly on: RetrySpec['on'];
	readonly again: readonly Answer[];
	readonly final: readonly Answer[];
}[] = [
	{
		on: ['5xx'],
		again: [
			textReply(500, ''),
			textReply(599, ''),
			'connect-failure',
			'upstream-reset',
			'upstream-timeout',
			'no-healthy-upstream',
		],
		final: [textReply(499, ''), ok, 'denied', 'no-service', 'bad-request', 'internal'],
	},
	{
		on: ['gateway-error'],
		again: [textReply(502, ''), textReply(503, ''), textReply(504, ''), 'connect-failure', 'upstream-reset'],
		final: [textReply(500, ''), textReply(501, ''), textReply(505, ''), 'denied'],
	},
	{
		on: ['reset'],
		again: ['connect-failure', 'upstream-reset', 'upstream-timeout'],
		final: [textReply(503, ''), 'no-healthy-upstream', 'denied'],
	},
	{
		on: ['connect-failure'],
		again: ['connect-failure'],
		final: ['upstream-reset', 'upstream-timeout', textReply(503, '')],
	},
	{
		on: ['retriable-4xx'],
		again: [textReply(409, '')],
		final: [textReply(400, ''), textReply(404, ''), textReply(429, '')],
	},
	{on: ['unavailable'], again: [unavailable], final: [cancelled, other, textReply(503, ''), ok]},
	{on: ['cancelled'], again: [cancelled], final: [unavailable, other, ok]},
	{on: ['refused-stream'], again: [], final: ['upstream-reset', 'connect-failure', textReply(503, '')]},
	{on: ['retriable-4xx', 'cancelled'], again: [textReply(409, ''), cancelled], final: [unavailable]},
	{on: [], again: [], final: ['connect-failure', textReply(503, '')]},
];

for (const {on, again, final} of conditions) {
	test(`on ${on.join(', ') || 'nothing'}, it tries again after what the words name and nothing else`, async t => {
		for (const answer of again) {
			t.is(await countAttempts({attempts: 1, on}, answer), 2, nameOf(answer));
		}

		for (const answer of final) {
			t.is(await countAttempts({attempts: 1, on}, answer), 1, nameOf(answer));
		}
	});
}

const nameOf = (answer: Answer): string =>
	typeof answer === 'string' ? answer : `${answer.status} ${answer.headers.join(' ')}`;

test('a status that the policy lists is tried again when the service sent it, not when devmesh would', async t => {
	t.is(await countAttempts({attempts: 1, on: [], statuses: [503]}, textReply(503, '')), 2);
	t.is(await countAttempts({attempts: 1, on: [], statuses: [503]}, textReply(502, '')), 1);
	t.is(await countAttempts({attempts: 1, on: [], statuses: [503]}, 'upstream-reset'), 1);
});

test('the defaults are Istio’s: nothing that may have been carried out is tried again', async t => {
	t.is(await countAttempts(defaultRetry, 'connect-failure'), 3);
	t.is(await countAttempts(defaultRetry, unavailable), 3);
	t.is(await countAttempts(defaultRetry, 'upstream-reset'), 1);
	t.is(await countAttempts(defaultRetry, textReply(503, '')), 1);
});

test('a defect that is no failure of a request is thrown as it is', async t => {
	const filter = retry.create({...defaultRetry, on: ['5xx']}, filterTools());
	await t.throwsAsync(
		filter(exchangeOf(), async () => {
			throw new TypeError('a defect');
		}),
		{instanceOf: TypeError},
	);
});

for (const {draw, waits} of [
	{draw: 1, waits: [25, 75, 175, 250, 250]},
	{draw: 0.5, waits: [12.5, 37.5, 87.5, 125, 125]},
	{draw: 0, waits: [0, 0, 0, 0, 0]},
]) {
	test(`back-off at a draw of ${draw} is ${waits.join(', ')} ms`, async t => {
		const tools = filterTools({random: () => draw});
		const times: number[] = [];
		const handler = retry.create({...defaultRetry, attempts: 5}, tools);
		const reply = handler(exchangeOf(), async () => {
			times.push(tools.clock.now());
			throw new RequestFailure('connect-failure', 'refused');
		});
		reply.catch(() => {});
		await tools.clock.advance(ms(10_000));
		await t.throwsAsync(reply);
		t.deepEqual(
			times.slice(1).map((time, index) => time - (times[index] as number)),
			waits,
		);
	});
}

test('a client that leaves during the back-off ends the request for its own reason', async t => {
	const tools = filterTools();
	const abort = new AbortController();
	const {reply, attempts} = run({}, ['connect-failure'], tools, {signal: abort.signal});
	t.is(await stateOf(reply), 'pending');
	abort.abort(new RequestFailure('client-gone', 'the client left'));
	await t.throwsAsync(reply, {message: 'the client left'});
	t.is(attempts.length, 1);
	t.is(tools.clock.pending(), 0);
});

test('when the time of the whole request is over no attempt follows', async t => {
	const tools = filterTools();
	const abort = new AbortController();
	const handler = retry.create({...defaultRetry, on: ['5xx']}, tools);
	let attempts = 0;
	const reply = handler(exchangeOf({signal: abort.signal}), async () => {
		attempts++;
		abort.abort(new RequestFailure('upstream-timeout', 'the time is over'));
		throw abort.signal.reason;
	});
	await t.throwsAsync(reply, {message: 'the time is over'});
	t.is(attempts, 1);
});

test('when the time of the whole request is over within the last attempt, it is not out of retries', async t => {
	const tools = filterTools({random: () => 0});
	const abort = new AbortController();
	const exchange = exchangeOf({signal: abort.signal});
	const handler = retry.create({...defaultRetry, attempts: 1, on: ['5xx']}, tools);
	const reply = handler(exchange, async ({attempt}) => {
		if (attempt === 2) {
			abort.abort(new RequestFailure('upstream-timeout', 'the time is over'));
			throw abort.signal.reason;
		}

		throw new RequestFailure('upstream-reset', 'broke off');
	});
	reply.catch(() => {});
	await tools.clock.advance(ms(1));
	await t.throwsAsync(reply, {message: 'the time is over'});
	t.is(exchange.record.flags.size, 0);
});

test('an attempt that does not begin to answer in its own time is stopped and tried again', async t => {
	const tools = filterTools({random: () => 0});
	const signals: AbortSignal[] = [];
	const exchange = exchangeOf();
	const handler = retry.create({...defaultRetry, on: ['reset'], perTryTimeoutMs: ms(100)}, tools);
	const reply = handler(exchange, async ({signal, attempt}) => {
		signals.push(signal);
		if (attempt === 1) {
			await tools.clock.sleep(ms(1000), signal);
		}

		return ok;
	});
	await tools.clock.advance(ms(99));
	t.is(signals.length, 1);
	await tools.clock.advance(ms(1));
	t.is((await reply).status, 200);
	t.deepEqual(
		signals.map(({aborted}) => aborted),
		[true, false],
	);
	t.is(exchange.record.flags.size, 0, 'a request that was answered was not too late');
	t.is(tools.clock.pending(), 0);
});

test('when every attempt is too late the last one says so', async t => {
	const tools = filterTools({random: () => 0});
	const handler = retry.create({...defaultRetry, attempts: 1, on: ['reset'], perTryTimeoutMs: ms(2000)}, tools);
	const reply = handler(exchangeOf(), ({signal}) => tools.clock.sleep(ms(60_000), signal).then(() => ok));
	reply.catch(() => {});
	await tools.clock.advance(ms(4000));
	const failure = await t.throwsAsync(reply, {
		instanceOf: RequestFailure,
		message: 'reviews did not begin to answer within 2 s',
	});
	t.is(failure?.kind, 'upstream-timeout');
});

test('a reply that has begun in time may take its time, and is stopped when the client leaves', async t => {
	const tools = filterTools();
	const source = pushedBody();
	const abort = new AbortController();
	const handler = retry.create({...defaultRetry, perTryTimeoutMs: ms(100)}, tools);
	let isAborted = false;
	const reply = await handler(exchangeOf({signal: abort.signal}), async ({signal}) => {
		signal.addEventListener('abort', () => {
			isAborted = true;
		});
		return {...ok, body: source.body};
	});
	const {heard} = listenTo(reply.body);
	await tools.clock.advance(ms(60_000));
	source.push(bytesOf('late'));
	t.deepEqual(heard, ['late']);
	abort.abort(new RequestFailure('client-gone', 'the client left'));
	t.true(isAborted);
});

test('the body of a reply that is given up is cancelled, and so is a tunnel', async t => {
	const tools = filterTools();
	const source = pushedBody();
	const tunnel = new Duplex();
	const given: Reply = {...textReply(503, ''), body: source.body, tunnel};
	const {reply} = run({on: ['5xx']}, [given, ok], tools);
	await tools.clock.advance(ms(1000));
	await reply;
	t.deepEqual(source.told, ['resume', 'cancel: the reply was discarded for another attempt']);
	t.true(tunnel.destroyed);
});

/** Runs an upload whose attempts read it and fail until the last one; gives what each attempt heard. */
const upload = (t: ExecutionContext, body: Exchange['body'], attempts = 2) => {
	const tools = filterTools({random: () => 0});
	const readers: ReturnType<typeof listenTo>[] = [];
	const handler = retry.create({...defaultRetry, attempts: attempts - 1, on: ['reset']}, tools);
	const exchange = exchangeOf({body});
	const reply = handler(exchange, async attempt => {
		const reader = listenTo(attempt.body);
		readers.push(reader);
		if (readers.length < attempts) {
			await tools.clock.sleep(ms(10));
			const failure = new RequestFailure('upstream-reset', 'broke off');
			reader.flow.cancel(failure);
			throw failure;
		}

		return ok;
	});
	reply.catch(() => {});
	t.teardown(() => tools.clock.advance(ms(60_000)));
	return {reply, readers, tools, exchange};
};

test('another attempt gets the whole body again', async t => {
	const {reply, readers, tools} = upload(t, bodyOf('order'), 3);
	await tools.clock.advance(ms(100));
	t.is((await reply).status, 200);
	t.deepEqual(
		readers.map(({heard}) => heard),
		[
			['order', 'end'],
			['order', 'end'],
			['order', 'end'],
		],
	);
});

test('a body that still comes is kept for another attempt up to 64 KiB', async t => {
	const source = pushedBody();
	const {reply, readers, tools} = upload(t, source.body);
	source.push(new Uint8Array(64 * 1024));
	await tools.clock.advance(ms(100));
	t.is((await reply).status, 200);
	source.end([]);
	t.deepEqual(
		readers.map(({heard}) => [heard[0]?.length, heard.at(-1)]),
		[
			[64 * 1024, 'error: broke off'],
			[64 * 1024, 'end'],
		],
	);
});

test('a body that grew beyond 64 KiB is sent once, its failure is final but not out of retries', async t => {
	const source = pushedBody();
	const {reply, readers, tools, exchange} = upload(t, source.body);
	source.push(new Uint8Array(64 * 1024));
	source.push(bytesOf('x'));
	await tools.clock.advance(ms(100));
	await t.throwsAsync(reply, {message: 'broke off'});
	t.is(readers.length, 1);
	t.is(exchange.record.flags.size, 0);
	t.is(source.told.at(-1), 'cancel: broke off');
});

test('a long body that no attempt has begun to read is no hindrance', async t => {
	const tools = filterTools();
	const source = pushedBody(1_000_000);
	const {reply, attempts} = run({}, ['connect-failure', ok], tools, {body: source.body});
	await tools.clock.advance(ms(1000));
	await reply;
	t.is(attempts.length, 2);
});

test('an upload that the service did not wait for is let go once it has answered', async t => {
	const source = pushedBody();
	const handler = retry.create(defaultRetry, filterTools());
	const reply = await handler(exchangeOf({body: source.body}), async ({body}) => {
		listenTo(body).flow.cancel(new Error('answered early'));
		return textReply(413, 'too large');
	});
	t.is(reply.status, 413);
	t.is(source.told.at(-1), 'cancel: no attempt needs the rest of the body');
});

test('an upload that no attempt finished is let go when the request has failed', async t => {
	const tools = filterTools({random: () => 0});
	const source = pushedBody();
	const handler = retry.create({...defaultRetry, attempts: 1}, tools);
	const reply = handler(exchangeOf({body: source.body}), async ({attempt, body}) => {
		if (attempt === 1) {
			listenTo(body).flow.cancel(new Error('refused'));
		}

		throw new RequestFailure('connect-failure', `refused ${attempt}`);
	});
	reply.catch(() => {});
	await tools.clock.advance(ms(1));
	await t.throwsAsync(reply, {message: 'refused 2'});
	t.is(source.told.at(-1), 'cancel: refused 2');
});

test('a retry says how often and on what', t => {
	t.is(retry.explain(defaultRetry), 'retry up to 2 times on connect-failure, refused-stream, unavailable, cancelled');
	t.is(
		retry.explain({...defaultRetry, attempts: 1, on: ['5xx'], statuses: [409], perTryTimeoutMs: ms(2000)}),
		'retry once on 5xx, 409, 2 s each',
	);
	t.is(retry.explain({...defaultRetry, attempts: 0}), 'never retry');
});
