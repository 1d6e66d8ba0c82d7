// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are what people write in the file.
import test from 'ava';
import fc from 'fast-check';
import {interpolate} from '../../src/config/interpolate.ts';

const variables = {SET: 'value', EMPTY: '', OTHER: 'other'};

// Expected values: the table of the compose specification, "Interpolation".
const table: Readonly<Record<string, string>> = {
	'plain text': 'plain text',
	$SET: 'value',
	'${SET}': 'value',
	'a$SET-b${OTHER}c': 'avalue-botherc',
	'${SET:-x}': 'value',
	'${EMPTY:-x}': 'x',
	'${NONE:-x}': 'x',
	'${SET-x}': 'value',
	'${EMPTY-x}': '',
	'${NONE-x}': 'x',
	'${SET:+x}': 'x',
	'${EMPTY:+x}': '',
	'${EMPTY+x}': 'x',
	'${NONE+x}': '',
	'${SET:?needed}': 'value',
	'${EMPTY?needed}': '',
	'${NONE:-${EMPTY:-${OTHER}}}': 'other',
	'${NONE:-a${SET}b${OTHER}c}': 'avaluebotherc',
	'${SET:-${NEVER_ASKED}}': 'value',
	'${NONE:-}': '',
	'${NONE:-a:-b?c+d}': 'a:-b?c+d',
	$$SET: '$SET',
	$$$SET: '$value',
	'$${SET}': '${SET}',
	'^a$': '^a$',
	'a$ b': 'a$ b',
	$5: '$5',
};

for (const [text, expected] of Object.entries(table)) {
	test(`${text} becomes ${expected || 'nothing'}`, t => {
		t.deepEqual(interpolate(text, variables), {text: expected, problems: []});
	});
}

test('what is missing is told by its name, each time', t => {
	const {problems} = interpolate('$NONE ${ALSO} ${EMPTY:?give it} ${NONE?}', variables);
	t.deepEqual(
		problems.map(({code, finding, within}) => [code, finding, within]),
		[
			['DM1008', 'the variable NONE is not set', '$NONE'],
			['DM1008', 'the variable ALSO is not set', '${ALSO}'],
			['DM1009', 'the variable EMPTY is required: give it', '${EMPTY:?give it}'],
			['DM1009', 'the variable NONE is required: it is not set', '${NONE?}'],
		],
	);
});

test('what is no variable is told as it stands', t => {
	for (const text of ['${}', '${1A}', '${A B}', '${A!b}', '${A', '${A:-${B}']) {
		const {problems} = interpolate(text, variables);
		t.deepEqual(
			problems.map(({code, within}) => [code, within]),
			[['DM1010', text]],
		);
	}
});

test('what every object has is no variable', t => {
	t.is(interpolate('${constructor} $toString ${__proto__}', variables).problems.length, 3);
});

test('defaults within defaults end, however deep they are written', t => {
	const {problems} = interpolate('${A:-'.repeat(20_000) + '}'.repeat(20_000), {});
	t.is(problems.length, 1);
	t.is(problems[0]?.code, 'DM1010');
});

test('a text whose dollar signs are doubled comes out as it was', t => {
	fc.assert(
		fc.property(fc.string({unit: fc.constantFrom('$', '{', '}', 'A', ':', '-', ' ', 'é')}), text => {
			t.deepEqual(interpolate(text.replaceAll('$', '$$$$'), variables), {text, problems: []});
		}),
	);
});

test('a value is not filled in again', t => {
	t.is(interpolate('$A', {A: '${B} $B', B: 'x'}).text, '${B} $B');
});
