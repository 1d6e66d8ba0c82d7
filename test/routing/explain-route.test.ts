import test from 'ava';
import {explainMatch, explainRoute} from '../../src/routing/explain-route.ts';
import type {RequestMatch, Route} from '../../src/routing/route.ts';

const matches: readonly (readonly [RequestMatch, string])[] = [
	[{}, 'every request'],
	[{from: ['web']}, 'from web'],
	[
		{methods: ['GET', 'HEAD'], path: {kind: 'prefix', value: '/cart'}, from: ['web', 'api']},
		'GET or HEAD under /cart from web or api',
	],
	[
		{
			path: {kind: 'exact', value: '/'},
			headers: [
				{name: 'end-user', match: {kind: 'exact', value: 'jason'}},
				{name: 'cookie', match: {kind: 'present', value: true}},
			],
		},
		'exactly / with end-user is "jason" and cookie is present',
	],
	[
		{
			query: [
				{name: 'beta', match: {kind: 'exact', value: '1'}},
				{name: 'v', match: {kind: 'regex', value: '2.*'}},
			],
		},
		'with ?beta is "1" and ?v matches /2.*/',
	],
];

for (const [match, words] of matches) {
	test(`a match in words: ${words}`, t => {
		t.is(explainMatch(match), words);
	});
}

test('empty lists of headers and query parameters say nothing', t => {
	t.is(explainMatch({headers: [], query: []}), 'every request');
});

const route = (parts: Partial<Route>): Route => ({
	name: 'cart[0]',
	matches: [],
	backends: [{service: 'cart', weight: 1}],
	...parts,
});

test('a route says what it takes, where that goes, and what is done to it', t => {
	t.is(
		explainRoute(
			route({
				matches: [{methods: ['GET'], path: {kind: 'prefix', value: '/cart'}, from: ['web']}, {from: ['api']}],
				backends: [
					{service: 'cart', version: 'v1', weight: 90},
					{service: 'cart', version: 'v2', weight: 10},
				],
			}),
			['wait 200 ms on 5 % of requests', 'give up after 2 s'],
		),
		'GET under /cart from web or from api → cart v1 (90 %) or cart v2 (10 %), wait 200 ms on 5 % of requests, give up after 2 s',
	);
});

test('a single destination needs no share', t => {
	t.is(explainRoute(route({}), []), 'every request → cart');
	t.is(
		explainRoute(
			route({
				backends: [
					{service: 'cart', version: 'v1', weight: 0},
					{service: 'cart', version: 'v2', weight: 7},
				],
			}),
			[],
		),
		'every request → cart v2',
	);
});

test('shares are of the sum of the weights', t => {
	const backends = [
		{service: 'cart', weight: 1},
		{service: 'basket', version: 'v2', weight: 2},
	];
	t.is(explainRoute(route({backends}), []), 'every request → cart (33.33 %) or basket v2 (66.67 %)');
});
