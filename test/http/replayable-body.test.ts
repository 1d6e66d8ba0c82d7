import test from 'ava';
import fc from 'fast-check';
import {bodyOf, readBody} from '../../src/http/body.ts';
import {createReplayableBody} from '../../src/http/replayable-body.ts';
import {bytesOf, listenTo, pushedBody} from '../support/body-tools.ts';

const limit = 10;

test('every attempt gets the whole body', async t => {
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({maxLength: limit}), async content => {
			const replayable = createReplayableBody(bodyOf(content), limit);
			for (let attempt = 1; attempt <= 3; attempt++) {
				t.true(replayable.canReplay());
				t.deepEqual([...(await readBody(replayable.read(), limit))], [...content]);
			}
		}),
	);
});

test('an attempt that begins while the body still comes gets what came before and what follows, with its trailers', t => {
	const source = pushedBody();
	const replayable = createReplayableBody(source.body, limit);
	const first = listenTo(replayable.read());
	source.push(bytesOf('one'));
	first.flow.cancel(new Error('refused'));
	const second = listenTo(replayable.read());
	source.push(bytesOf('two'));
	source.end(['x-sum', '6']);
	t.deepEqual(first.heard, ['one', 'error: refused']);
	t.deepEqual(second.heard, ['one', 'two', 'end x-sum 6']);
});

test('between two attempts the source waits, and what comes all the same is not lost', t => {
	const source = pushedBody();
	const replayable = createReplayableBody(source.body, limit);
	listenTo(replayable.read()).flow.cancel(new Error('refused'));
	t.false(source.push(bytesOf('between')));
	t.deepEqual(source.told, ['resume']);
	t.deepEqual(listenTo(replayable.read()).heard, ['between']);
	t.deepEqual(source.told, ['resume', 'resume']);
});

test('a body that grew beyond the limit cannot be replayed, and an attempt that cancels it cancels the source', t => {
	const source = pushedBody();
	const replayable = createReplayableBody(source.body, limit);
	const {heard, flow} = listenTo(replayable.read());
	source.push(bytesOf('1234567890'));
	t.true(replayable.canReplay());
	source.push(bytesOf('x'));
	t.false(replayable.canReplay());
	flow.cancel(new Error('refused'));
	t.deepEqual(heard, ['1234567890', 'x', 'error: refused']);
	t.deepEqual(source.told, ['resume', 'cancel: refused']);
});

test('a body that nobody has started can be read, however long it says it is', t => {
	const source = pushedBody(1_000_000);
	const replayable = createReplayableBody(source.body, limit);
	t.is(replayable.read().length, 1_000_000);
	t.true(replayable.canReplay());
	t.deepEqual(source.told, []);
});

test('a body that broke off cannot be replayed', t => {
	const source = pushedBody();
	const replayable = createReplayableBody(source.body, limit);
	const {heard} = listenTo(replayable.read());
	source.fail(new Error('the client left'));
	t.false(replayable.canReplay());
	t.deepEqual(heard, ['error: the client left']);
	t.deepEqual(listenTo(replayable.read()).heard, ['error: the client left']);
});

test('an attempt that is over hears nothing of its successor, and cannot end it', t => {
	const source = pushedBody();
	const replayable = createReplayableBody(source.body, limit);
	const first = listenTo(replayable.read());
	const second = listenTo(replayable.read());
	first.flow.cancel(new Error('too late'));
	source.push(bytesOf('all'));
	source.end([]);
	t.deepEqual(first.heard, ['error: another attempt took over']);
	t.deepEqual(second.heard, ['all', 'end']);
});

test('an attempt that has read all and then cancels hears nothing more', t => {
	const replayable = createReplayableBody(bodyOf('all'), limit);
	const {heard, flow} = listenTo(replayable.read());
	flow.cancel(new Error('too late'));
	t.deepEqual(heard, ['all', 'end']);
});

test('once no further attempt comes, the last one that cancels cancels the source', t => {
	const source = pushedBody();
	const replayable = createReplayableBody(source.body, limit);
	const {heard, flow} = listenTo(replayable.read());
	source.push(bytesOf('one'));
	replayable.keepNoMore();
	t.true(source.push(bytesOf('far beyond the limit')));
	flow.cancel(new Error('the client left'));
	t.deepEqual(heard, ['one', 'far beyond the limit', 'error: the client left']);
	t.deepEqual(source.told, ['resume', 'cancel: the client left']);
});

test('a source that the last attempt has given up before is cancelled when no further one comes', t => {
	const source = pushedBody();
	const replayable = createReplayableBody(source.body, limit);
	listenTo(replayable.read()).flow.cancel(new Error('answered early'));
	t.deepEqual(source.told, ['resume']);
	replayable.keepNoMore();
	t.deepEqual(source.told, ['resume', 'cancel: no attempt needs the rest of the body']);
});

test('the last attempt may begin to read after it was said to be the last', t => {
	const source = pushedBody();
	const replayable = createReplayableBody(source.body, limit);
	const first = listenTo(replayable.read());
	source.push(bytesOf('one'));
	first.flow.cancel(new Error('refused'));
	const last = replayable.read();
	replayable.keepNoMore();
	source.push(bytesOf('two'));
	const {heard} = listenTo(last);
	source.push(bytesOf('four'));
	source.end([]);
	t.deepEqual(heard, ['one', 'two', 'four', 'end']);
	t.false(replayable.canReplay());
});

test('a source that nobody reads any more is cancelled, one that has ended or was never started is left alone', t => {
	const flowing = pushedBody();
	const replayable = createReplayableBody(flowing.body, limit);
	listenTo(replayable.read());
	replayable.cancel(new Error('the time is over'));
	t.deepEqual(flowing.told, ['resume', 'cancel: the time is over']);

	const ended = pushedBody();
	const whole = createReplayableBody(ended.body, limit);
	listenTo(whole.read());
	ended.end([]);
	whole.cancel(new Error('the time is over'));
	t.deepEqual(ended.told, ['resume']);

	const unread = pushedBody();
	createReplayableBody(unread.body, limit).cancel(new Error('the time is over'));
	t.deepEqual(unread.told, []);
});

test('a request without a body has nothing to keep', t => {
	const source = pushedBody(0);
	const replayable = createReplayableBody(source.body, limit);
	t.true(replayable.canReplay());
	t.is(replayable.read(), source.body);
});
