import test from 'ava';
import fc from 'fast-check';
import type {RequestHead} from '../../src/http/request-head.ts';
import {compileRequestMatch} from '../../src/routing/request-match.ts';
import type {RequestMatch} from '../../src/routing/route.ts';
import {headOf} from '../support/exchange.ts';

/** Gives what a request lacks, or nothing. */
const lacks = (match: RequestMatch, head: Partial<RequestHead> = {}, caller = 'web'): string | undefined => {
	const result = compileRequestMatch(match)({head: headOf(head), caller});
	return result.matches ? undefined : result.reason;
};

test('a match without fields takes every request', t => {
	fc.assert(
		fc.property(fc.string(), fc.webPath(), fc.string(), (method, path, caller) => {
			t.is(lacks({}, {method, path}, caller), undefined);
		}),
	);
});

test('callers, methods and paths', t => {
	t.is(lacks({from: ['web', 'api']}), undefined);
	t.is(lacks({from: ['web', 'api']}, {}, 'host'), 'the caller is not web or api');
	t.is(lacks({methods: ['GET', 'HEAD']}, {method: 'HEAD'}), undefined);
	t.is(lacks({methods: ['GET', 'HEAD']}, {method: 'POST'}), 'the method is not GET or HEAD');
	t.is(lacks({path: {kind: 'prefix', value: '/cart'}}, {path: '/cart/1'}), undefined);
	t.is(lacks({path: {kind: 'prefix', value: '/cart'}}, {path: '/cartoon'}), 'the path is not under /cart');
});

test('headers go by name in any case; several of one name are one value', t => {
	const match: RequestMatch = {headers: [{name: 'End-User', match: {kind: 'exact', value: 'jason'}}]};
	t.is(lacks(match, {headers: ['end-user', 'jason']}), undefined);
	t.is(lacks(match, {headers: ['end-user', 'jason', 'END-USER', 'mary']}), 'not so: the header End-User is "jason"');
	t.is(lacks(match), 'not so: the header End-User is "jason"');
	const list: RequestMatch = {headers: [{name: 'accept', match: {kind: 'exact', value: 'text/html,*/*'}}]};
	t.is(lacks(list, {headers: ['accept', 'text/html', 'Accept', '*/*']}), undefined);
});

test('a header that must be absent', t => {
	const match: RequestMatch = {headers: [{name: 'cookie', match: {kind: 'present', value: false}}]};
	t.is(lacks(match), undefined);
	t.is(lacks(match, {headers: ['Cookie', '']}), 'not so: the header cookie is absent');
});

test('query parameters are decoded; an empty one is present', t => {
	const match: RequestMatch = {query: [{name: 'user name', match: {kind: 'exact', value: 'jä son'}}]};
	t.is(lacks(match, {query: 'a=1&user+name=j%C3%A4%20son'}), undefined);
	t.is(lacks(match, {query: 'username=1'}), 'not so: the query parameter user name is "jä son"');
	t.is(lacks(match), 'not so: the query parameter user name is "jä son"');
	t.is(lacks({query: [{name: 'debug', match: {kind: 'present', value: true}}]}, {query: 'debug'}), undefined);
});

test('all fields must hold: a request that lacks any of them does not match', t => {
	const match: RequestMatch = {
		from: ['web'],
		methods: ['GET'],
		path: {kind: 'exact', value: '/a'},
		headers: [{name: 'x', match: {kind: 'exact', value: '1'}}],
		query: [{name: 'y', match: {kind: 'exact', value: '2'}}],
	};
	fc.assert(
		fc.property(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), (...holds) => {
			const [caller, method, path, header, query] = holds;
			const lacking = lacks(
				match,
				{
					method: method ? 'GET' : 'POST',
					path: path ? '/a' : '/b',
					headers: header ? ['x', '1'] : [],
					query: query ? 'y=2' : undefined,
				},
				caller ? 'web' : 'api',
			);
			t.is(lacking === undefined, holds.every(Boolean));
		}),
	);
});
