import test from 'ava';
import {chain, type Filter} from '../../src/http/filter.ts';
import {textReply} from '../../src/http/reply.ts';
import {exchangeOf} from '../support/exchange.ts';

test('filters run in the order of their list, and their replies come back the other way', async t => {
	const steps: string[] = [];
	const note =
		(name: string): Filter =>
		async (exchange, next) => {
			steps.push(`${name} in`);
			const reply = await next(exchange);
			steps.push(`${name} out`);
			return reply;
		};
	const handler = chain([note('timeout'), note('retry')], async () => {
		steps.push('forward');
		return textReply(200, 'ok');
	});
	t.is((await handler(exchangeOf())).status, 200);
	t.deepEqual(steps, ['timeout in', 'retry in', 'forward', 'retry out', 'timeout out']);
});

test('a filter that answers by itself keeps what stands behind it from running', async t => {
	const handler = chain([async () => textReply(403, 'no')], async () => t.fail() as never);
	t.is((await handler(exchangeOf())).status, 403);
});
