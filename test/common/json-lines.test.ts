import test from 'ava';
import fc from 'fast-check';
import {createJsonLines, jsonLine} from '../../src/common/json-lines.ts';

test('values arrive whole and in order, however the stream is cut', t => {
	fc.assert(
		fc.property(fc.array(fc.jsonValue(), {maxLength: 5}), fc.array(fc.nat(80)), (values, cuts) => {
			const text = values.map(jsonLine).join('');
			const places = [0, ...cuts.map(cut => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
			const found: unknown[] = [];
			const take = createJsonLines(value => found.push(value));
			for (const [index, place] of places.entries()) {
				take(text.slice(place, places[index + 1] ?? text.length));
			}

			t.deepEqual(JSON.stringify(found), JSON.stringify(values));
		}),
	);
});

test('a line break within a value does not break the line', t => {
	t.is(jsonLine({text: 'one\ntwo'}), '{"text":"one\\ntwo"}\n');
});

test('empty lines are no values', t => {
	const found: unknown[] = [];
	createJsonLines(value => found.push(value))('\n\n1\n\n');
	t.deepEqual(found, [1]);
});

test('a line that is no JSON is an error', t => {
	const take = createJsonLines(() => t.fail());
	t.throws(() => take('hello\n'), {instanceOf: SyntaxError});
});

test('a line that does not end is an error once it is longer than the limit', t => {
	const take = createJsonLines(() => t.fail(), 10);
	take('"12345');
	t.throws(() => take('67890'), {instanceOf: RangeError, message: 'a message is longer than 10 characters'});
});
