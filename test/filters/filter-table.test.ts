import test from 'ava';
import {ms, ratio} from '../../src/common/units.ts';
import {createFilter, explainFilter, type FilterSpec, filters} from '../../src/filters/filter-table.ts';
import {defaultRetry} from '../../src/filters/retry.ts';
import {textReply} from '../../src/http/reply.ts';
import {exchangeOf} from '../support/exchange.ts';
import {filterTools} from '../support/filter-tools.ts';

const specs: readonly {readonly spec: FilterSpec; readonly words: string}[] = [
	{spec: {kind: 'abort', status: 500, share: ratio(1)}, words: 'answer 500'},
	{spec: {kind: 'authorize', allow: [{from: ['web']}]}, words: 'allow web'},
	{spec: {kind: 'delay', durationMs: ms(0), share: ratio(1)}, words: 'wait 0 ms'},
	{spec: {...defaultRetry, on: ['reset']}, words: 'retry up to 2 times on reset'},
	{spec: {kind: 'timeout', durationMs: ms(2000)}, words: 'give up after 2 s'},
];

test('there is a case for every filter in the table', t => {
	t.deepEqual(specs.map(({spec}) => spec.kind).sort(), Object.keys(filters).sort());
});

for (const {spec, words} of specs) {
	test(`${spec.kind} is found by its kind, takes its own settings, and explains itself`, async t => {
		t.is(explainFilter(spec), words);
		t.deepEqual(filters[spec.kind].schema.parse(JSON.parse(JSON.stringify(spec))) as FilterSpec, spec);
		t.false(filters[spec.kind].schema.safeParse({...spec, unheardOf: 1}).success);
		const tools = filterTools();
		const reply = createFilter(spec, tools)(exchangeOf(), async () => textReply(200, 'ok'));
		await tools.clock.advance(ms(1));
		t.is((await reply).status, spec.kind === 'abort' ? 500 : 200);
	});
}

for (const spec of [
	{kind: 'abort', status: 199, share: 1},
	{kind: 'abort', status: 503, share: 1.5},
	{kind: 'delay', durationMs: -1, share: 1},
	{kind: 'timeout', durationMs: '2s'},
	{...defaultRetry, on: ['sometimes']},
	{...defaultRetry, attempts: 1.5},
] as const) {
	test(`${JSON.stringify(spec)} is refused`, t => {
		t.false(filters[spec.kind].schema.safeParse(spec).success);
	});
}
