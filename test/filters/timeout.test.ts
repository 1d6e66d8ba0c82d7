import test, {type ExecutionContext} from 'ava';
import type {ManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import {timeout} from '../../src/filters/timeout.ts';
import {emptyBody} from '../../src/http/body.ts';
import type {Exchange, Handler} from '../../src/http/exchange.ts';
import {type Reply, textReply} from '../../src/http/reply.ts';
import {RequestFailure} from '../../src/http/request-failure.ts';
import {bytesOf, listenTo, pushedBody} from '../support/body-tools.ts';
import {exchangeOf} from '../support/exchange.ts';
import {filterTools, type TestTools} from '../support/filter-tools.ts';
import {stateOf} from '../support/state-of.ts';

const run = (tools: TestTools, next: Handler, exchange = exchangeOf()): Promise<Reply> =>
	timeout.create({kind: 'timeout', durationMs: ms(1000)}, tools)(exchange, next);

/** Answers after a span; listens to the signal as a forwarder does. */
const answerAfter =
	(clock: ManualClock, span: number): Handler =>
	async ({signal}) => {
		await clock.sleep(ms(span), signal);
		return textReply(200, 'ok');
	};

const isLate = async (t: ExecutionContext, reply: Promise<Reply>): Promise<void> => {
	const failure = await t.throwsAsync(reply, {
		instanceOf: RequestFailure,
		message: 'reviews did not answer within 1 s',
	});
	t.is(failure?.kind, 'upstream-timeout');
};

test('a reply that comes in time passes, and the timer goes', async t => {
	const tools = filterTools();
	const reply = run(tools, answerAfter(tools.clock, 999));
	await tools.clock.advance(ms(999));
	const {body} = await reply;
	t.deepEqual(listenTo(body).heard, ['ok', 'end']);
	t.is(tools.clock.pending(), 0);
});

test('a request whose time is over fails, and what was under way is stopped', async t => {
	const tools = filterTools();
	const signals: AbortSignal[] = [];
	const reply = run(tools, exchange => {
		signals.push(exchange.signal);
		return answerAfter(tools.clock, 1001)(exchange);
	});
	t.is(await stateOf(reply), 'pending');
	await tools.clock.advance(ms(1000));
	await isLate(t, reply);
	t.true(signals.every(({aborted}) => aborted));
	t.is(tools.clock.pending(), 0);
});

test('a service that does not listen to the signal cannot hold the request up', async t => {
	const tools = filterTools();
	const reply = run(tools, () => new Promise<Reply>(() => {}));
	reply.catch(() => {});
	await tools.clock.advance(ms(1000));
	await isLate(t, reply);
});

test('the time runs from the arrival of the request', async t => {
	const tools = filterTools();
	await tools.clock.advance(ms(5000));
	const reply = run(tools, answerAfter(tools.clock, 500), exchangeOf({startedAt: ms(4400)}));
	reply.catch(() => {});
	await tools.clock.advance(ms(399));
	t.is(await stateOf(reply), 'pending');
	await tools.clock.advance(ms(1));
	await isLate(t, reply);
});

test('the time runs until the whole reply has come: a body that is late breaks off', async t => {
	const tools = filterTools();
	const source = pushedBody();
	const reply = await run(tools, async () => ({...textReply(200, ''), body: source.body}));
	const {heard} = listenTo(reply.body);
	source.push(bytesOf('half'));
	await tools.clock.advance(ms(1000));
	t.deepEqual(heard, ['half', 'error: reviews did not answer within 1 s']);
	t.deepEqual(source.told, ['resume', 'cancel: reviews did not answer within 1 s']);
	t.is(tools.clock.pending(), 0);
});

test('a body that is read only after the time was over breaks off at once', async t => {
	const tools = filterTools();
	const source = pushedBody();
	const reply = await run(tools, async () => ({...textReply(200, ''), body: source.body}));
	await tools.clock.advance(ms(1000));
	t.deepEqual(listenTo(reply.body).heard, ['error: reviews did not answer within 1 s']);
});

test('a body that ends in time is let go', async t => {
	const tools = filterTools();
	const source = pushedBody();
	const reply = await run(tools, async () => ({...textReply(200, ''), body: source.body}));
	const {heard} = listenTo(reply.body);
	await tools.clock.advance(ms(999));
	source.push(bytesOf('all'));
	source.end([]);
	t.deepEqual(heard, ['all', 'end']);
	t.is(tools.clock.pending(), 0);
});

test('a reply without a body needs no more time', async t => {
	const tools = filterTools();
	await run(tools, async () => ({...textReply(204, ''), body: emptyBody}));
	t.is(tools.clock.pending(), 0);
});

test('a client that leaves stops what is under way, for its own reason', async t => {
	const tools = filterTools();
	const abort = new AbortController();
	const reply = run(tools, answerAfter(tools.clock, 500), exchangeOf({signal: abort.signal}));
	abort.abort(new RequestFailure('client-gone', 'the client left'));
	await t.throwsAsync(reply, {message: 'the client left'});
	t.is(tools.clock.pending(), 0);
});

test('a client that left before the request began keeps it from beginning', async t => {
	const tools = filterTools();
	const signal = AbortSignal.abort(new RequestFailure('client-gone', 'the client left'));
	await t.throwsAsync(
		run(tools, async () => t.fail() as never, exchangeOf({signal})),
		{message: 'the client left'},
	);
	t.is(tools.clock.pending(), 0);
});

test('a failure of the service passes as it is, and the timer goes', async t => {
	const tools = filterTools();
	const failure = new RequestFailure('connect-failure', 'refused');
	const error = await t.throwsAsync(
		run(tools, async () => {
			throw failure;
		}),
	);
	t.is(error, failure);
	t.is(tools.clock.pending(), 0);
});

test('a time of 0 waits for ever, and says nothing of it', async t => {
	const tools = filterTools();
	const handler = timeout.create({kind: 'timeout', durationMs: ms(0)}, tools);
	const reply = handler(exchangeOf(), () => new Promise<Reply>(() => {}));
	await tools.clock.advance(ms(3_600_000));
	t.is(await stateOf(reply), 'pending');
});

test('a timeout says when it gives up', t => {
	t.is(timeout.explain({kind: 'timeout', durationMs: ms(1500)}), 'give up after 1.5 s');
});

test('the exchange that is handed on is the same but for its signal', async t => {
	const tools = filterTools();
	const given = exchangeOf();
	const seen: Exchange[] = [];
	await run(
		tools,
		async exchange => {
			seen.push(exchange);
			return textReply(200, 'ok');
		},
		given,
	);
	t.is(seen[0]?.record, given.record);
	t.is(seen[0]?.body, given.body);
	t.not(seen[0]?.signal, given.signal);
});
