import test from 'ava';
import fc from 'fast-check';
import {compileStringMatch, explainStringMatch, type StringMatch} from '../../src/http/string-match.ts';

const cases: readonly {
	readonly match: StringMatch;
	readonly words: string;
	readonly yes: readonly string[];
	readonly no: readonly (string | undefined)[];
}[] = [
	{match: {kind: 'exact', value: 'jason'}, words: 'is "jason"', yes: ['jason'], no: ['Jason', 'jasons', '', undefined]},
	{
		match: {kind: 'exact', value: 'Jason', ignoreCase: true},
		words: 'is "Jason" (any case)',
		yes: ['jason', 'JASON'],
		no: ['jasons', undefined],
	},
	{
		match: {kind: 'prefix', value: 'Mo'},
		words: 'starts with "Mo"',
		yes: ['Mo', 'Mozilla'],
		no: ['mo', 'aMo', undefined],
	},
	{
		match: {kind: 'suffix', value: '.PNG', ignoreCase: true},
		words: 'ends with ".PNG" (any case)',
		yes: ['a.png', '.PNG'],
		no: ['png', undefined],
	},
	{
		match: {kind: 'regex', value: 'v\\d+'},
		words: 'matches /v\\d+/',
		yes: ['v1', 'v23'],
		no: ['v', 'xv1', 'v1x', undefined],
	},
	{match: {kind: 'present', value: true}, words: 'is present', yes: ['', 'x'], no: [undefined]},
];

for (const {match, words, yes, no} of cases) {
	test(`a value that ${words}`, t => {
		const matches = compileStringMatch(match);
		t.is(explainStringMatch(match), words);
		for (const value of yes) {
			t.true(matches(value), value);
		}

		for (const value of no) {
			t.false(matches(value), String(value));
		}
	});
}

test('a value that must be absent', t => {
	const match: StringMatch = {kind: 'present', value: false};
	t.is(explainStringMatch(match), 'is absent');
	t.true(compileStringMatch(match)(undefined));
	t.false(compileStringMatch(match)(''));
});

test('exact, prefix and suffix do what strings do', t => {
	fc.assert(
		fc.property(fc.string(), fc.string(), (value, wanted) => {
			t.is(compileStringMatch({kind: 'exact', value: wanted})(value), value === wanted);
			t.is(compileStringMatch({kind: 'prefix', value: wanted})(value), value.startsWith(wanted));
			t.is(compileStringMatch({kind: 'suffix', value: wanted})(value), value.endsWith(wanted));
		}),
	);
});

test('a regular expression that would take others for ever is answered at once', t => {
	t.false(compileStringMatch({kind: 'regex', value: '(a+)+b'})('a'.repeat(5000)));
});

for (const value of ['(', '(?=a)', '(a)\\1']) {
	test(`${value} is no regular expression of RE2`, t => {
		t.throws(() => compileStringMatch({kind: 'regex', value}), {name: 'RE2JSSyntaxException'});
	});
}
