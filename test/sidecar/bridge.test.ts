import {once} from 'node:events';
import {type AddressInfo, connect as connectTcp} from 'node:net';
import {connect, createServer} from 'node:tls';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {silentLog} from '../../src/common/log.ts';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import {createMeshAuthority} from '../../src/pki/mesh-authority.ts';
import {meshClientOptions, meshServerOptions} from '../../src/pki/mesh-tls.ts';
import {podTarget, startBridge} from '../../src/sidecar/bridge.ts';

const settings = (port: number) => ({port: 0, backPort: 0, subnet: '127.0.0.0/8', ports: [port]});

const start = async (t: ExecutionContext, port: number, clock = systemClock) => {
	const bridge = await startBridge(settings(port), {clock, log: silentLog});
	t.teardown(bridge.close);
	return bridge;
};

test('a connection is passed on unread, so that both ends see each other’s certificates', async t => {
	const authority = await createMeshAuthority({trustDomain: 'test.local', namespace: 'default', clock: systemClock});
	const [one, other] = await Promise.all([authority.issue('one'), authority.issue('other')]);
	const server = createServer(meshServerOptions(other, [authority.rootPem]), socket => {
		socket.on('error', () => {});
		socket.end(`you are ${socket.getPeerCertificate().subjectaltname}`);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => server.close());
	const {port} = server.address() as AddressInfo;
	const bridge = await start(t, port);
	const client = connect({
		...meshClientOptions(one, [authority.rootPem]),
		host: '127.0.0.1',
		port: bridge.port,
		servername: `127-0-0-1-${port}.pod.devmesh`,
		checkServerIdentity: () => undefined,
	});
	let text = '';
	for await (const chunk of client) {
		text += chunk;
	}

	t.is(text, 'you are URI:spiffe://test.local/ns/default/sa/one');
});

test('only addresses of the mesh’s network and ports of sidecars are dialled', t => {
	const bridge = {port: 1, backPort: 2, subnet: '10.213.4.0/24', ports: [15_006, 15_090]};
	t.deepEqual(podTarget('10-213-4-17-15006.pod.devmesh', bridge), {host: '10.213.4.17', port: 15_006});
	for (const name of [
		'10-213-5-17-15006.pod.devmesh',
		'127-0-0-1-15006.pod.devmesh',
		'10-213-4-17-22.pod.devmesh',
		'10-213-4-999-15006.pod.devmesh',
		'10-213-4-17-15006.pod.devmesh.example.com',
		'10.213.4.17-15006.pod.devmesh',
		'',
	]) {
		t.is(podTarget(name, bridge), undefined, name);
	}
});

test('what is no handshake, or leads nowhere, is broken off', async t => {
	const bridge = await start(t, 1);
	for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\u0016\u0003\u0001', '']) {
		const socket = connectTcp(bridge.port, '127.0.0.1');
		socket.on('error', () => {});
		socket.end(bytes);
		socket.resume();
		await once(socket, 'close');
	}

	t.pass();
});

test('who does not say in time where to is broken off', async t => {
	const clock = createManualClock();
	const bridge = await start(t, 1, clock);
	const socket = connectTcp(bridge.port, '127.0.0.1');
	socket.on('error', () => {});
	await once(socket, 'connect');
	const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
	socket.resume();
	socket.write(Buffer.from([22, 3, 1]));
	while (clock.pending() === 0) {
		await new Promise(resolve => setImmediate(resolve));
	}

	await clock.advance(ms(10_000));
	await closed;
	t.pass();
});
