import test from 'ava';
import fc from 'fast-check';
import {coversMatches} from '../../src/config/covers-match.ts';
import {compileRequestMatch} from '../../src/routing/request-match.ts';
import type {RequestMatch} from '../../src/routing/route.ts';

type RoutedRequest = Parameters<ReturnType<typeof compileRequestMatch>>[0];

const strings = fc.constantFrom('a', 'b', 'ab');
const stringMatches = fc.oneof(
	fc.record({kind: fc.constantFrom('exact', 'prefix', 'suffix'), value: strings}),
	fc.record({kind: fc.constant('present'), value: fc.boolean()}),
	fc.record({kind: fc.constant('regex'), value: fc.constantFrom('a+', '.*')}),
);
const named = fc.array(fc.record({name: fc.constantFrom('x', 'X', 'y'), match: stringMatches}), {maxLength: 2});
const lists = (...values: readonly string[]) => fc.subarray([...values], {minLength: 1});
const matches = fc.array(
	fc.record(
		{
			path: fc.record({
				kind: fc.constantFrom('exact', 'prefix', 'regex'),
				value: fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', '/a/b/c'),
			}),
			methods: lists('GET', 'POST', 'PUT'),
			from: lists('web', 'api', 'host'),
			headers: named,
			query: named,
		},
		{requiredKeys: []},
	) as fc.Arbitrary<RequestMatch>,
	{maxLength: 2},
);
const requests: fc.Arbitrary<RoutedRequest> = fc.record({
	caller: fc.constantFrom('web', 'api', 'host'),
	head: fc.record({
		method: fc.constantFrom('GET', 'POST', 'PUT'),
		scheme: fc.constant('http' as const),
		authority: fc.constant('shop.localhost'),
		path: fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/abc'),
		query: fc.constantFrom(undefined, 'x=a', 'x=ab&y=b', 'X=a'),
		headers: fc.constantFrom([], ['X', 'a'], ['x', 'b', 'y', 'ab'], ['Y', 'a']),
	}),
});

const takes = (list: readonly RequestMatch[], request: RoutedRequest): boolean =>
	list.length === 0 || list.some(match => compileRequestMatch(match)(request).matches);

test('no request slips through a match that is said to take all of another', t => {
	let covered = 0;
	fc.assert(
		fc.property(matches, matches, fc.array(requests, {minLength: 20, maxLength: 20}), (above, below, seen) => {
			if (coversMatches(above, below)) {
				covered++;
				t.deepEqual(
					seen.filter(request => takes(below, request) && !takes(above, request)),
					[],
				);
			}
		}),
		{numRuns: 5000},
	);
	t.true(covered > 100, `${covered} pairs were looked at`);
});

test('every match takes all of itself, and nothing takes more than everything', t => {
	fc.assert(
		fc.property(matches, list => {
			t.true(coversMatches(list, list));
			t.true(coversMatches([], list));
		}),
	);
});

test('a wider path, more methods, more callers and fewer headers take all of the narrower', t => {
	const narrow: RequestMatch = {
		path: {kind: 'prefix', value: '/api/v2'},
		methods: ['GET'],
		from: ['web'],
		headers: [
			{name: 'A', match: {kind: 'exact', value: 'x'}},
			{name: 'b', match: {kind: 'present', value: true}},
		],
	};
	const wide: RequestMatch = {
		path: {kind: 'prefix', value: '/api'},
		methods: ['GET', 'POST'],
		from: ['web', 'host'],
		headers: [{name: 'a', match: {kind: 'exact', value: 'x'}}],
	};
	t.true(coversMatches([wide], [narrow]));
	t.false(coversMatches([narrow], [wide]));
	t.false(coversMatches([{path: {kind: 'prefix', value: '/api'}}], [{path: {kind: 'prefix', value: '/apis'}}]));
	t.false(coversMatches([wide], []));
});
