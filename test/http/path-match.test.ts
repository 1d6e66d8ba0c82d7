import test from 'ava';
import fc from 'fast-check';
import {compilePathMatch, explainPathMatch, type PathMatch} from '../../src/http/path-match.ts';

const cases: readonly {
	readonly match: PathMatch;
	readonly words: string;
	readonly yes: readonly string[];
	readonly no: readonly string[];
}[] = [
	{
		match: {kind: 'exact', value: '/health'},
		words: 'exactly /health',
		yes: ['/health'],
		no: ['/health/', '/healthz', '/Health'],
	},
	{
		match: {kind: 'prefix', value: '/cart'},
		words: 'under /cart',
		yes: ['/cart', '/cart/', '/cart/1'],
		no: ['/cartoon', '/', '/a/cart'],
	},
	{match: {kind: 'prefix', value: '/cart/'}, words: 'under /cart/', yes: ['/cart', '/cart/1'], no: ['/cartoon']},
	{match: {kind: 'prefix', value: '/'}, words: 'under /', yes: ['/', '/a', '/a/b'], no: ['*']},
	{
		match: {kind: 'regex', value: '/v[12]/.*'},
		words: 'matching //v[12]/.*/',
		yes: ['/v1/', '/v2/a'],
		no: ['/v3/', '/x/v1/'],
	},
];

for (const {match, words, yes, no} of cases) {
	test(`a path ${words}`, t => {
		const matches = compilePathMatch(match);
		t.is(explainPathMatch(match), words);
		for (const path of yes) {
			t.true(matches(path), path);
		}

		for (const path of no) {
			t.false(matches(path), path);
		}
	});
}

test('a prefix takes whole segments, whatever they are', t => {
	const segment = fc.stringMatching(/^[a-z0-9._~-]{1,5}$/);
	fc.assert(
		fc.property(fc.array(segment, {minLength: 1, maxLength: 4}), segment, (segments, more) => {
			const path = `/${segments.join('/')}`;
			const matches = compilePathMatch({kind: 'prefix', value: path});
			t.true(matches(path));
			t.true(matches(`${path}/${more}`));
			t.false(matches(`${path}${more}`));
		}),
	);
});
