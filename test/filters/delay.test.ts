import test from 'ava';
import {ms, ratio} from '../../src/common/units.ts';
import {type DelaySpec, delay} from '../../src/filters/delay.ts';
import type {Exchange} from '../../src/http/exchange.ts';
import {textReply} from '../../src/http/reply.ts';
import {exchangeOf} from '../support/exchange.ts';
import {filterTools, type TestTools} from '../support/filter-tools.ts';
import {stateOf} from '../support/state-of.ts';

const spec: DelaySpec = {kind: 'delay', durationMs: ms(250), share: ratio(0.2)};
const run = (tools: TestTools, exchange: Exchange) =>
	delay.create(spec, tools)(exchange, async () => textReply(200, 'ok'));

test('a delayed request leaves after the delay, not before', async t => {
	const tools = filterTools();
	const exchange = exchangeOf();
	const reply = run(tools, exchange);
	await tools.clock.advance(ms(249));
	t.is(await stateOf(reply), 'pending');
	await tools.clock.advance(ms(1));
	t.is((await reply).status, 200);
	t.deepEqual([...exchange.record.flags], ['DI']);
	t.deepEqual(exchange.record.faults, ['faults[0]']);
});

test('a request whose draw lies outside the share leaves at once and unmarked', async t => {
	const exchange = exchangeOf();
	t.is((await run(filterTools({draw: () => 0.2}), exchange)).status, 200);
	t.is(exchange.record.flags.size, 0);
	t.deepEqual(exchange.record.faults, []);
});

test('a draw just within the share is held', async t => {
	const tools = filterTools({draw: () => 0.199_999});
	const reply = run(tools, exchangeOf());
	t.is(await stateOf(reply), 'pending');
	await tools.clock.advance(ms(250));
	t.is((await reply).status, 200);
});

test('a delayed request whose client leaves waits no longer and never leaves', async t => {
	const tools = filterTools();
	const abort = new AbortController();
	const reply = delay.create(spec, tools)(exchangeOf({signal: abort.signal}), async () => t.fail() as never);
	abort.abort(new Error('the client left'));
	await t.throwsAsync(reply, {message: 'the client left'});
	t.is(tools.clock.pending(), 0);
});

test('a delay says how long and how many', t => {
	t.is(delay.explain(spec), 'wait 250 ms on 20 % of requests');
	t.is(delay.explain({kind: 'delay', durationMs: ms(1500), share: ratio(1)}), 'wait 1.5 s');
	t.is(delay.explain({kind: 'delay', durationMs: ms(2000), share: ratio(0.005)}), 'wait 2 s on 0.5 % of requests');
});
