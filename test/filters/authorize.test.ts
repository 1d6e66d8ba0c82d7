import test from 'ava';
import {type AuthorizeSpec, authorize, type CallRule} from '../../src/filters/authorize.ts';
import {textReply} from '../../src/http/reply.ts';
import {RequestFailure} from '../../src/http/request-failure.ts';
import {exchangeOf, headOf} from '../support/exchange.ts';
import {filterTools} from '../support/filter-tools.ts';

const specOf = (...allow: readonly CallRule[]): AuthorizeSpec => ({kind: 'authorize', allow: [...allow]});

const isAllowed = async (spec: AuthorizeSpec, caller: string, method = 'GET', path = '/'): Promise<boolean> => {
	const exchange = exchangeOf({caller: {service: caller}, request: headOf({method, path})});
	return authorize
		.create(spec, filterTools())(exchange, async () => textReply(200, 'ok'))
		.then(
			() => true,
			() => false,
		);
};

test('who is not allowed hears what he may not do, and nothing reaches the service', async t => {
	const exchange = exchangeOf({caller: {service: 'web'}, request: headOf({method: 'POST', path: '/admin'})});
	const filter = authorize.create(specOf({from: ['reviews']}), filterTools());
	const failure = await t.throwsAsync(
		filter(exchange, async () => t.fail() as never),
		{instanceOf: RequestFailure, message: 'web may not call POST /admin of reviews'},
	);
	t.is(failure?.kind, 'denied');
	t.deepEqual([...exchange.record.flags], ['UAEX']);
});

test('of a raw connection, only who may not call whom is told', async t => {
	const exchange = exchangeOf({caller: {service: 'web'}, request: headOf({method: '', path: ''})});
	const filter = authorize.create(specOf({from: ['reviews']}), filterTools());
	await t.throwsAsync(
		filter(exchange, async () => t.fail() as never),
		{message: 'web may not call reviews'},
	);
});

test('a list without rules lets nobody in', async t => {
	t.false(await isAllowed(specOf(), 'web'));
	t.is(authorize.explain(specOf()), 'allow nobody');
});

test('a rule without fields lets everybody in', async t => {
	t.true(await isAllowed(specOf({}), 'unknown'));
	t.is(authorize.explain(specOf({})), 'allow everybody');
});

test('all fields of a rule must hold', async t => {
	const spec = specOf({from: ['web'], methods: ['GET', 'HEAD'], paths: [{kind: 'prefix', value: '/cart'}]});
	t.true(await isAllowed(spec, 'web', 'HEAD', '/cart/1'));
	t.false(await isAllowed(spec, 'reviews', 'GET', '/cart'));
	t.false(await isAllowed(spec, 'web', 'POST', '/cart'));
	t.false(await isAllowed(spec, 'web', 'GET', '/cartoon'));
	t.is(authorize.explain(spec), 'allow web with GET, HEAD under /cart');
});

test('any of several rules is enough', async t => {
	const spec = specOf({from: ['web']}, {from: ['reviews'], paths: [{kind: 'exact', value: '/stars'}]});
	t.true(await isAllowed(spec, 'web', 'GET', '/'));
	t.true(await isAllowed(spec, 'reviews', 'GET', '/stars'));
	t.false(await isAllowed(spec, 'reviews', 'GET', '/'));
	t.is(authorize.explain(spec), 'allow web or reviews exactly /stars');
});

test('methods are case-sensitive, as RFC 9110 has them', async t => {
	t.false(await isAllowed(specOf({methods: ['GET']}), 'web', 'get'));
});
