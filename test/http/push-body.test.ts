import test from 'ava';
import {bytesOf, listenTo, pushedBody} from '../support/body-tools.ts';

test('what is pushed before somebody reads waits, and the pusher is asked to wait, too', t => {
	const {body, push, end, told} = pushedBody();
	t.false(push(bytesOf('early')));
	end(['x-sum', '5']);
	t.deepEqual(told, []);
	t.deepEqual(listenTo(body).heard, ['early', 'end x-sum 5']);
	t.deepEqual(told, ['resume']);
});

test('a reader that is full asks the pusher to wait, until it says to go on', t => {
	const {body, push, told} = pushedBody();
	const {flow} = listenTo(body, false);
	t.false(push(bytesOf('much')));
	flow.resume();
	t.deepEqual(told, ['resume', 'resume']);
});

test('a reader that cancels hears its reason once and nothing more', t => {
	const {body, push, end, told} = pushedBody();
	const {heard, flow} = listenTo(body);
	flow.cancel(new Error('enough'));
	flow.cancel(new Error('again'));
	push(bytesOf('late'));
	end([]);
	t.deepEqual(heard, ['error: enough']);
	t.deepEqual(told, ['resume', 'cancel: enough']);
});

test('a body that has ended cannot be cancelled', t => {
	const {body, end, told} = pushedBody();
	const {heard, flow} = listenTo(body);
	end([]);
	flow.cancel(new Error('too late'));
	t.deepEqual(heard, ['end']);
	t.deepEqual(told, ['resume']);
});

test('a body can be read once', t => {
	const {body} = pushedBody();
	listenTo(body);
	t.throws(() => listenTo(body), {message: 'this body was read before'});
});
