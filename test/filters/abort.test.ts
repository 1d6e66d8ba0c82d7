import test from 'ava';
import {ratio} from '../../src/common/units.ts';
import {type AbortSpec, abort} from '../../src/filters/abort.ts';
import {textReply} from '../../src/http/reply.ts';
import {exchangeOf} from '../support/exchange.ts';
import {filterTools} from '../support/filter-tools.ts';
import {replyText} from '../support/reply-text.ts';

const spec: AbortSpec = {kind: 'abort', status: 503, share: ratio(0.1)};

test('a request within the share is answered instead of the service, and the answer says by what', async t => {
	const exchange = exchangeOf();
	const reply = await abort.create(spec, filterTools())(exchange, async () => t.fail() as never);
	t.is(reply.status, 503);
	t.is(await replyText(reply), 'devmesh: the fault faults[0] answered this request\n');
	t.deepEqual([...exchange.record.flags], ['FI']);
	t.deepEqual(exchange.record.faults, ['faults[0]']);
});

test('a request outside the share reaches the service unmarked', async t => {
	const exchange = exchangeOf();
	const filter = abort.create(spec, filterTools({draw: () => 0.1}));
	t.is((await filter(exchange, async () => textReply(200, 'ok'))).status, 200);
	t.is(exchange.record.flags.size, 0);
});

test('a share of 0 takes no request, a share of 1 takes all', async t => {
	const next = async () => textReply(200, 'ok');
	const none = abort.create({...spec, share: ratio(0)}, filterTools({draw: () => 0}));
	const all = abort.create({...spec, share: ratio(1)}, filterTools({draw: () => 1 - 2 ** -32}));
	t.is((await none(exchangeOf(), next)).status, 200);
	t.is((await all(exchangeOf(), next)).status, 503);
});

test('an abort says what it answers and how often', t => {
	t.is(abort.explain(spec), 'answer 503 on 10 % of requests');
	t.is(abort.explain({...spec, share: ratio(1)}), 'answer 503');
});
