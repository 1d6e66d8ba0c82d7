import test from 'ava';
import fc from 'fast-check';
import type {RequestHead} from '../../src/http/request-head.ts';
import type {RequestMatch, Route} from '../../src/routing/route.ts';
import {compileRoutes, selectRoute} from '../../src/routing/select-route.ts';
import {headOf} from '../support/exchange.ts';

const routeOf = (name: string, matches: readonly RequestMatch[] = [], hosts?: readonly string[]): Route => ({
	name,
	matches,
	backends: [{service: 'reviews', weight: 1}],
	...(hosts && {hosts}),
});

const under = (value: string): RequestMatch => ({path: {kind: 'prefix', value}});

const select = (routes: readonly Route[], head: Partial<RequestHead> = {}, caller = 'web') =>
	selectRoute(compileRoutes(routes), {head: headOf(head), caller});

/** The name of the route that is chosen, or `none`. */
const chosen = (...request: Parameters<typeof select>): string => {
	const selection = select(...request);
	return selection.kind === 'route' ? selection.route.name : 'none';
};

test('the first route that matches is taken, whatever follows', t => {
	const routes = [routeOf('cart', [under('/cart')]), routeOf('rest'), routeOf('never', [under('/cart')])];
	t.is(chosen(routes, {path: '/cart/1'}), 'cart');
	t.is(chosen(routes, {path: '/other'}), 'rest');
	t.like(select(routes, {path: '/other'}), {kind: 'route', index: 1});
});

test('any of several matches is enough', t => {
	const routes = [routeOf('both', [{methods: ['POST']}, {from: ['api']}])];
	t.is(chosen(routes, {method: 'POST'}), 'both');
	t.is(chosen(routes, {}, 'api'), 'both');
	t.is(chosen(routes), 'none');
});

test('the route that is chosen is the very one that was given', t => {
	const route = {...routeOf('mine'), filters: ['anything']};
	const selection = selectRoute(compileRoutes([route]), {head: headOf(), caller: 'web'});
	t.is(selection.kind === 'route' && selection.route, route);
});

test('choosing means: no route before the chosen one matches by itself, and the chosen one does', t => {
	const match = fc.record(
		{
			methods: fc.subarray(['GET', 'POST'], {minLength: 1}),
			path: fc.constantFrom('/', '/a', '/a/b', '/c').map(value => ({kind: 'prefix' as const, value})),
			from: fc.subarray(['web', 'api'], {minLength: 1}),
		},
		{requiredKeys: []},
	);
	const routes = fc
		.array(fc.array(match, {maxLength: 3}), {maxLength: 5})
		.map(list => list.map((matches, index) => routeOf(`r${index}`, matches)));
	const method = fc.constantFrom('GET', 'POST', 'PUT');
	const path = fc.constantFrom('/', '/a', '/ab', '/a/b/c', '/c');
	const caller = fc.constantFrom('web', 'api', 'host');
	fc.assert(
		fc.property(routes, method, path, caller, (list, ...[verb, target, who]) => {
			const alone = list.map(route => chosen([route], {method: verb, path: target}, who) === route.name);
			const expected = list.find((_, index) => alone[index])?.name ?? 'none';
			t.is(chosen(list, {method: verb, path: target}, who), expected);
		}),
	);
});

const hosts = [
	routeOf('any', [], ['*']),
	routeOf('wild', [], ['*.localhost']),
	routeOf('wilder', [], ['*.shop.localhost']),
	routeOf('api', [under('/api')], ['web.shop.localhost']),
	routeOf('exact', [], ['web.shop.localhost', 'localhost']),
];

for (const [authority, path, name] of [
	['web.shop.localhost', '/', 'exact'],
	['WEB.shop.localhost:8443', '/api/1', 'api'],
	['localhost:8080', '/', 'exact'],
	['a.b.shop.localhost', '/', 'wilder'],
	['shop.localhost', '/', 'wild'],
	['127.0.0.1:8080', '/', 'any'],
	['', '/', 'any'],
] as const) {
	test(`${path} of "${authority}" goes to the route ${name}, wherever that stands in the list`, t => {
		t.is(chosen(hosts, {authority, path}), name);
		t.is(chosen([...hosts].reverse(), {authority, path}), name === 'api' ? 'exact' : name);
	});
}

test('a request that the routes of its own host do not take goes to no other host', t => {
	const routes = [routeOf('api', [under('/api')], ['web.localhost']), routeOf('any', [], ['*'])];
	t.deepEqual(select(routes, {authority: 'web.localhost', path: '/'}), {
		kind: 'none',
		nearest: ['api (under /api): the path is not under /api'],
	});
});

test('among routes with hosts, one without takes whatever no host fits', t => {
	const routes = [routeOf('web', [], ['web.localhost']), routeOf('rest')];
	t.is(chosen(routes, {authority: 'web.localhost'}), 'web');
	t.is(chosen(routes, {authority: 'other.localhost'}), 'rest');
});

test('hosts count only when a route names one', t => {
	t.is(chosen([routeOf('all')], {authority: 'anything'}), 'all');
});

test('a host that nothing is served for hears of those that something is', t => {
	const routes = ['a', 'b', 'a', 'c', 'd'].map(name => routeOf(name, [], [`${name}.localhost`]));
	t.deepEqual(select(routes, {authority: 'e.localhost'}), {
		kind: 'none',
		nearest: ['the host a.localhost', 'the host b.localhost', 'the host c.localhost'],
	});
});

test('no match answers with the nearest routes and all that the request lacks for each', t => {
	const routes = [
		routeOf('far', [{methods: ['PUT'], path: {kind: 'exact', value: '/far'}, from: ['api']}]),
		routeOf('middle', [{methods: ['POST'], path: {kind: 'exact', value: '/x'}}]),
		routeOf('near', [
			{methods: ['PUT'], from: ['api']},
			{methods: ['GET'], ...under('/cart')},
		]),
		routeOf('farther', [{methods: ['PUT'], ...under('/y'), from: ['api']}]),
	];
	t.deepEqual(select(routes), {
		kind: 'none',
		nearest: [
			'near (PUT from api or GET under /cart): the path is not under /cart',
			'middle (POST exactly /x): the method is not POST, the path is not exactly /x',
			'far (PUT exactly /far from api): the caller is not api, the method is not PUT, the path is not exactly /far',
		],
	});
});

test('without routes nothing matches and nothing is near', t => {
	t.deepEqual(select([]), {kind: 'none', nearest: []});
});

test('a regular expression that is none is an error when routes are compiled, not when a request comes', t => {
	t.throws(() => compileRoutes([routeOf('broken', [{path: {kind: 'regex', value: '('}}])]), {
		name: 'RE2JSSyntaxException',
	});
});
