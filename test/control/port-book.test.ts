import {createServer, type Server} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import {createPortBook} from '../../src/control/port-book.ts';

const listen = async (t: ExecutionContext): Promise<number> => {
	const server: Server = createServer();
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => server.close());
	return (server.address() as {port: number}).port;
};

test('every wish gets a port of its own, outside what systems hand out by themselves', async t => {
	const book = createPortBook(undefined, 7);
	await book.reserve([{key: 'a/inbound'}, {key: 'b/inbound'}], new Set());
	t.not(book.portOf('a/inbound'), book.portOf('b/inbound'));
	t.true(book.portOf('a/inbound') >= 20_000 && book.portOf('a/inbound') < 32_000);
});

test('a port stays the same from one start to the next', async t => {
	const before = createPortBook(undefined, 99);
	await before.reserve([{key: 'a/inbound'}], new Set());
	const after = createPortBook(before.save(), 4000);
	await after.reserve([{key: 'a/inbound'}], new Set());
	t.is(after.portOf('a/inbound'), before.portOf('a/inbound'));
});

test('a kept port that somebody else took meanwhile is exchanged', async t => {
	const taken = await listen(t);
	const book = createPortBook({ports: {'a/inbound': taken}, changes: {}}, 1);
	await book.reserve([{key: 'a/inbound'}], new Set());
	t.not(book.portOf('a/inbound'), taken);
});

test('a kept port that a process of this mesh holds is left alone', async t => {
	const taken = await listen(t);
	const book = createPortBook({ports: {'a/inbound': taken}, changes: {}}, 1);
	await book.reserve([{key: 'a/inbound'}], new Set(['a/inbound']));
	t.is(book.portOf('a/inbound'), taken);
});

test('a preferred port is taken when it is free, and stood in for when it is not', async t => {
	const taken = await listen(t);
	const book = createPortBook(undefined, 1);
	await book.reserve([{key: 'gateway/http', preferred: taken}], new Set());
	t.not(book.portOf('gateway/http'), taken);
});

test('a fixed port is what the user wrote, free or not', async t => {
	const taken = await listen(t);
	const book = createPortBook(undefined, 1);
	await book.reserve([{key: 'legacy-1/app', preferred: taken, isFixed: true}], new Set());
	t.is(book.portOf('legacy-1/app'), taken);
});

test('a replaced port is another one, and counts as a change of its sidecar', async t => {
	const book = createPortBook(undefined, 1);
	await book.reserve([{key: 'a-1/outbound:b'}], new Set());
	const before = book.portOf('a-1/outbound:b');
	await book.replace('a-1/outbound:b');
	t.not(book.portOf('a-1/outbound:b'), before);
	t.is(book.changesOf('a-1'), 1);
	t.is(book.changesOf('b-1'), 0);
});

test('a key that nobody reserved has no port', t => {
	t.throws(() => createPortBook(undefined, 1).portOf('x'), {instanceOf: RangeError});
});
