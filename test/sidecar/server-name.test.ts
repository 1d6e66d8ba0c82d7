import {once} from 'node:events';
import {type AddressInfo, createServer} from 'node:net';
import {connect} from 'node:tls';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {longestHello, readServerName} from '../../src/sidecar/server-name.ts';

/** The first bytes that a client of TLS sends. */
const helloOf = async (t: ExecutionContext, servername: string | undefined): Promise<Buffer> => {
	const server = createServer();
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => server.close());
	const client = connect({
		host: '127.0.0.1',
		port: (server.address() as AddressInfo).port,
		...(servername !== undefined && {servername}),
	});
	client.on('error', () => {});
	t.teardown(() => client.destroy());
	const [socket] = await once(server, 'connection');
	const [chunk] = (await once(socket, 'data')) as [Buffer];
	socket.destroy();
	return chunk;
};

test('the name of a real handshake is read, whole or byte by byte', async t => {
	const hello = await helloOf(t, '10-213-4-10-15006.pod.devmesh');
	t.deepEqual(readServerName(hello), {kind: 'name', name: '10-213-4-10-15006.pod.devmesh'});
	for (let length = 0; length < hello.length; length++) {
		const found = readServerName(hello.subarray(0, length));
		t.not(found.kind, 'name', `${length} of ${hello.length} bytes`);
	}

	t.is(readServerName(hello.subarray(0, hello.length - 1)).kind, 'more');
});

test('a handshake in several records is read as one', async t => {
	const hello = await helloOf(t, 'a.pod.devmesh');
	const message = hello.subarray(5);
	const records = [message.subarray(0, 7), message.subarray(7, 100), message.subarray(100)].map(part => {
		const head = Buffer.from([22, 3, 1, 0, 0]);
		head.writeUInt16BE(part.length, 3);
		return Buffer.concat([head, part]);
	});
	t.deepEqual(readServerName(Buffer.concat(records)), {kind: 'name', name: 'a.pod.devmesh'});
});

test('a handshake without a name has none', async t => {
	t.deepEqual(readServerName(await helloOf(t, undefined)), {kind: 'none'});
});

test('what is no handshake has no name, and none is waited for beyond the limit', t => {
	t.is(readServerName(Buffer.from('GET / HTTP/1.1\r\n\r\n')).kind, 'none');
	t.is(readServerName(Buffer.alloc(0)).kind, 'more');
	const endless = Buffer.alloc(longestHello + 100);
	endless.set([22, 3, 1, 0xff, 0xff, 1, 0, 0x3f, 0xff]);
	t.is(readServerName(endless).kind, 'none');
});

test('no bytes at all make it throw', t => {
	fc.assert(
		fc.property(fc.uint8Array({maxLength: 400}), fc.boolean(), (bytes, isHandshake) => {
			const text = Buffer.from(bytes);
			if (isHandshake && text.length > 9) {
				text.set([22, 3, 1, 0, text.length - 5, 1, 0, 0, text.length - 9]);
			}

			return ['name', 'more', 'none'].includes(readServerName(text).kind);
		}),
		{numRuns: 2000},
	);
	t.pass();
});
