import test from 'ava';
import fc from 'fast-check';
import {longestHello, readServerName} from '../../src/dataplane/read-server-name.ts';
import {clientHello} from '../support/client-hello.ts';

const name = '10-213-4-2-15443.pod.devmesh';
const hello = await clientHello(name);

/** Cuts the handshake message into records of the given lengths, in turn. */
const inRecords = (message: Buffer, lengths: readonly number[]): Buffer => {
	const records: Buffer[] = [];
	for (let at = 0, turn = 0; at < message.length; turn++) {
		const part = message.subarray(at, at + (lengths[turn % lengths.length] ?? 1));
		records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part);
		at += part.length;
	}

	return Buffer.concat(records);
};

const record = (body: Buffer): Buffer => inRecords(body, [2 ** 14]);

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const block16 = (body: Buffer): Buffer => Buffer.concat([u16(body.length), body]);

/** Writes a ClientHello with these extensions and nothing out of the ordinary. */
const helloWith = (extensions: readonly (readonly [type: number, body: Buffer])[], tail = Buffer.alloc(0)): Buffer => {
	const body = Buffer.concat([
		u16(0x0303),
		Buffer.alloc(32, 7),
		Buffer.from([0]),
		block16(u16(0x1301)),
		Buffer.from([1, 0]),
		block16(Buffer.concat(extensions.map(([type, text]) => Buffer.concat([u16(type), block16(text)])))),
		tail,
	]);
	return record(Buffer.concat([Buffer.from([1, 0]), u16(body.length), body]));
};

const nameEntry = (text: string | Buffer, kind = 0): Buffer =>
	Buffer.concat([Buffer.from([kind]), block16(Buffer.from(text))]);
const named = (...texts: readonly string[]): Buffer => block16(Buffer.concat(texts.map(text => nameEntry(text))));

test('the name is read from a real ClientHello, in lower case, whatever follows it', async t => {
	t.deepEqual(readServerName(hello), {kind: 'name', name});
	t.deepEqual(readServerName(Buffer.concat([hello, Buffer.alloc(100_000, 1)])), {kind: 'name', name});
	t.deepEqual(readServerName(await clientHello('Back.Bridge.DevMesh')), {kind: 'name', name: 'back.bridge.devmesh'});
	t.deepEqual(readServerName(helloWith([[0, named('a.b')]])), {kind: 'name', name: 'a.b'});
});

test('while it is not whole there is more to come, wherever it is cut', t => {
	for (let length = 0; length < hello.length; length++) {
		t.deepEqual(readServerName(hello.subarray(0, length)), {kind: 'more'}, `${length} bytes`);
	}
});

test('however it is spread over records, the name is the same', t => {
	const message = hello.subarray(5);
	fc.assert(
		fc.property(fc.array(fc.integer({min: 1, max: 300}), {minLength: 1, maxLength: 20}), lengths => {
			const bytes = inRecords(message, lengths);
			fc.pre(bytes.length <= longestHello);
			t.deepEqual(readServerName(bytes), {kind: 'name', name});
			t.deepEqual(readServerName(bytes.subarray(0, -1)), {kind: 'more'});
		}),
	);
});

test('what is no ClientHello is told as early as it can be', t => {
	for (const [bytes, reason] of [
		[Buffer.from('G'), 'it is no TLS handshake'],
		[Buffer.from([22, 2]), 'it is no TLS handshake'],
		[Buffer.from([22, 3, 1, 0, 0]), 'a record of it has a wrong length'],
		[Buffer.from([22, 3, 1, 0x40, 1]), 'a record of it has a wrong length'],
		[Buffer.from([22, 3, 1, 0, 10, 2]), 'it is no ClientHello'],
		[Buffer.from([22, 3, 1, 0x40, 0, 1, 0, 0x40, 0]), 'it is longer than 16 KiB'],
		[Buffer.concat([hello.subarray(0, 3), u16(hello.length - 4), hello.subarray(5), Buffer.of(0)]), undefined],
	] as const) {
		const read = readServerName(bytes);
		t.is(read.kind, 'bad');
		t.true(read.kind === 'bad' && (reason === undefined || read.reason === reason), JSON.stringify(read));
	}

	const tiny = inRecords(Buffer.concat([Buffer.from([1, 0, 0x30, 0]), Buffer.alloc(0x3000)]), [1]);
	t.deepEqual(readServerName(tiny.subarray(0, longestHello)), {kind: 'bad', reason: 'it is longer than 16 KiB'});
});

test('a hello that could be read in two ways is refused', async t => {
	const cases: Readonly<Record<string, Buffer>> = {
		'it names no server': await clientHello(),
		'it names more than one server': helloWith([[0, named('a.b', 'c.d')]]),
		'it has an extension twice': helloWith([
			[0, named('a.b')],
			[0, named('c.d')],
		]),
		'its server name is of an unknown kind': helloWith([[0, block16(nameEntry('a.b', 1))]]),
		'its server name is malformed': helloWith([[0, Buffer.concat([named('a.b'), Buffer.of(0)])]]),
		'something follows its extensions': helloWith([[0, named('a.b')]], Buffer.of(0)),
		'a length in it leads beyond its end': helloWith([[0, Buffer.from([0, 200, 0, 0, 1, 65])]]),
	};
	for (const [reason, bytes] of Object.entries(cases)) {
		t.deepEqual(readServerName(bytes), {kind: 'bad', reason});
	}

	for (const text of ['', 'a..b', '.a', 'a b', 'a\0b', 'a/b', 'ä.b', `${'a'.repeat(64)}.b`, 'a.b.', 'a\n.b']) {
		t.deepEqual(readServerName(helloWith([[0, named(text)]])), {
			kind: 'bad',
			reason: 'its server name is no host name',
		});
	}
});

test('no bytes make it throw, and changed ones give a host name or none', t => {
	const isFine = (bytes: Buffer): boolean => {
		const read = readServerName(bytes);
		return read.kind !== 'name' || /^[a-z0-9.-]{1,253}$/.test(read.name);
	};

	fc.assert(fc.property(fc.uint8Array({maxLength: 400}), bytes => isFine(Buffer.from(bytes))));
	fc.assert(
		fc.property(fc.uint8Array({maxLength: 400}), bytes => isFine(Buffer.concat([Buffer.from([22, 3, 1]), bytes]))),
	);
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), {minLength: 1, maxLength: 4}), changes => {
			const bytes = Buffer.from(hello);
			for (const [place, value] of changes) {
				bytes.writeUInt8(value, place % bytes.length);
			}

			return isFine(bytes);
		}),
		{numRuns: 2000},
	);
	t.pass();
});
