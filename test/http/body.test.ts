import test from 'ava';
import {type Body, bodyOf, emptyBody, readBody} from '../../src/http/body.ts';
import {whenBodyEnds} from '../../src/http/when-body-ends.ts';
import {bytesOf, listenTo, pushedBody} from '../support/body-tools.ts';

const text = async (body: Body): Promise<string> => new TextDecoder().decode(await readBody(body, 1024));

test('a body of bytes gives them and ends', async t => {
	t.is(bodyOf('grüße').length, 7);
	t.is(await text(bodyOf('grüße')), 'grüße');
	t.is(await text(bodyOf(new Uint8Array([104, 105]))), 'hi');
	t.deepEqual(listenTo(bodyOf('')).heard, ['end']);
	t.deepEqual(listenTo(emptyBody).heard, ['end']);
});

test('a body is read to its end, in all its pieces', async t => {
	const {body, push, end} = pushedBody();
	const content = text(body);
	push(bytesOf('one '));
	push(bytesOf('two'));
	end([]);
	t.is(await content, 'one two');
});

test('a body that breaks off is an error, whatever came before', async t => {
	const {body, push, fail} = pushedBody();
	const content = readBody(body, 1024);
	push(bytesOf('half'));
	fail(new Error('broke off'));
	await t.throwsAsync(content, {message: 'broke off'});
});

test('a body beyond the limit is refused and its source is told to stop', async t => {
	const {body, push, told} = pushedBody();
	const content = readBody(body, 5);
	push(bytesOf('12345'));
	push(bytesOf('6'));
	await t.throwsAsync(content, {instanceOf: RangeError, message: 'the body is longer than 5 bytes'});
	t.deepEqual(told, ['resume', 'cancel: the body is longer than 5 bytes']);
});

test('a body beyond the limit is refused also when it comes all at once', async t => {
	await t.throwsAsync(readBody(bodyOf('123456'), 5), {message: 'the body is longer than 5 bytes'});
});

test('the end of a body is told once, before its reader hears of it', t => {
	const {body, push, end, fail} = pushedBody();
	const ends: (Error | undefined)[] = [];
	const {heard} = listenTo(
		whenBodyEnds(body, error => {
			ends.push(error);
			t.deepEqual(heard, ['all']);
		}),
	);
	push(bytesOf('all'));
	end(['x-sum', '3']);
	fail(new Error('too late'));
	t.deepEqual(ends, [undefined]);
	t.deepEqual(heard, ['all', 'end x-sum 3']);
});

test('that a body broke off is told with the reason', t => {
	const {body, fail} = pushedBody();
	const ends: (Error | undefined)[] = [];
	listenTo(whenBodyEnds(body, error => ends.push(error)));
	fail(new Error('broke off'));
	t.deepEqual(
		ends.map(error => error?.message),
		['broke off'],
	);
});
