import {once} from 'node:events';
import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net';
import {connect as connectTls, createServer as createTlsServer} from 'node:tls';
import test, {type ExecutionContext} from 'ava';
import {type Clock, systemClock} from '../../src/common/clock.ts';
import {silentLog} from '../../src/common/log.ts';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import type {BridgeBootstrap} from '../../src/model/proxy-bootstrap.ts';
import {controlPlaneIdentity, meshNamespace, proxyIdentity} from '../../src/model/system-identity.ts';
import {createMeshAuthority} from '../../src/pki/mesh-authority.ts';
import {meshClientOptions, meshServerOptions} from '../../src/pki/mesh-tls.ts';
import {checkPeer} from '../../src/pki/peer-identity.ts';
import {spiffeId} from '../../src/pki/spiffe-id.ts';
import {openBridge} from '../../src/sidecar/bridge.ts';
import {keepBackConnections} from '../../src/sidecar/bridge-back.ts';
import {clientHello} from '../support/client-hello.ts';
import {freePort} from '../support/scene.ts';

const authority = await createMeshAuthority({trustDomain: 'test.local', namespace: meshNamespace, clock: systemClock});
const trustedRoots = [authority.rootPem];
const identity = (service: string) => spiffeId(authority.trustDomain, meshNamespace, service);
const [certificate, ownCertificate, serviceCertificate] = (await Promise.all(
	[proxyIdentity, controlPlaneIdentity, 'reviews'].map(service => authority.issue(service)),
)) as [
	Awaited<ReturnType<typeof authority.issue>>,
	Awaited<ReturnType<typeof authority.issue>>,
	Awaited<ReturnType<typeof authority.issue>>,
];

// The pod's address: of the subnet, and of this machine.
const pod = '127.5.0.2';

const createScene = async (
	t: ExecutionContext,
	{ports = [] as BridgeBootstrap['ports'], clock = systemClock as Clock} = {},
) => {
	const [port, backPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
	const start = () =>
		openBridge({
			bridge: {port, subnet: '127.5.0.0/24', ports, backPort, metricsPort},
			bootstrap: {certificate, trustedRoots, controlPlane: identity(controlPlaneIdentity)},
			clock,
			log: silentLog,
		});
	const bridge = await start();
	t.teardown(bridge.close);
	return {port, backPort, metricsPort, bridge, start};
};

const listen = async (t: ExecutionContext, server: Server, address = pod): Promise<number> => {
	server.listen(0, address);
	await once(server, 'listening');
	t.teardown(() => server.close());
	return (server.address() as AddressInfo).port;
};

const open = (t: ExecutionContext, port: number): Socket => {
	const socket = connect({host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true});
	t.teardown(() => socket.destroy());
	socket.on('error', () => {});
	return socket;
};

/** Collects what a connection gives until it has ended or broken. */
const readAll = async (socket: Socket): Promise<{readonly bytes: Buffer; readonly isEnded: boolean}> => {
	const pieces: Buffer[] = [];
	socket.on('data', (piece: Buffer) => pieces.push(piece));
	const isEnded = await new Promise<boolean>(resolve => {
		socket.once('end', () => resolve(true));
		socket.once('close', () => resolve(socket.readableEnded));
	});
	return {bytes: Buffer.concat(pieces), isEnded};
};

/** A connection that the bridge closes without a word. */
const isTurnedAway = async (socket: Socket): Promise<boolean> => {
	const {bytes} = await readAll(socket);
	return bytes.length === 0;
};

const keepBack = (
	t: ExecutionContext,
	port: number,
	parts: {
		readonly clock?: Clock;
		readonly count?: number;
		readonly local?: number;
		/** In place of a sidecar. */
		readonly shown?: typeof ownCertificate;
		readonly caller?: typeof ownCertificate;
	} = {},
) => {
	const asked: string[] = [];
	const back = keepBackConnections({
		port,
		certificate: () => parts.caller ?? ownCertificate,
		trustedRoots: () => trustedRoots,
		bridge: identity(proxyIdentity),
		count: parts.count ?? 4,
		addressOf: ({instance, port}) => {
			asked.push(port === undefined ? instance : `${instance}:${port}`);
			return parts.local === undefined ? undefined : {port: parts.local, ...(parts.shown && {shown: parts.shown})};
		},
		clock: parts.clock ?? systemClock,
	});
	t.teardown(back.close);
	return {...back, asked};
};

const until = async (holds: () => boolean): Promise<void> => {
	while (!holds()) {
		await new Promise(resolve => setTimeout(resolve, 5));
	}
};

test('a TLS connection from the host reaches the pod of its name, end to end, and its end is an end', async t => {
	const server = createTlsServer({...meshServerOptions(serviceCertificate, trustedRoots)}, socket => {
		socket.on('data', piece => socket.write(`you said ${piece}`));
	});
	const appPort = await listen(t, server);
	const {port} = await createScene(t, {ports: [appPort]});
	const client = connectTls({
		...meshClientOptions(ownCertificate, trustedRoots),
		host: '127.0.0.1',
		port,
		servername: `127-5-0-2-${appPort}.pod.devmesh`,
		checkServerIdentity: checkPeer(identity('reviews')),
	});
	t.teardown(() => client.destroy());
	client.end('hello');
	t.deepEqual(await readAll(client), {bytes: Buffer.from('you said hello'), isEnded: true});
});

test('the pod is given every byte from the first one on, in whatever pieces they came', async t => {
	const far = Promise.withResolvers<Socket>();
	const appPort = await listen(t, createServer({allowHalfOpen: true}, far.resolve));
	const {port} = await createScene(t, {ports: [appPort]});
	const hello = await clientHello(`127-5-0-2-${appPort}.pod.devmesh`);
	const client = open(t, port);
	for (const byte of hello) {
		client.write(Buffer.of(byte));
	}

	client.end('and more');
	const {bytes} = await readAll(await far.promise);
	t.deepEqual(bytes, Buffer.concat([hello, Buffer.from('and more')]));
});

for (const first of ['client', 'pod'] as const) {
	test(`when the ${first} has said all, the other may go on`, async t => {
		const connection = Promise.withResolvers<Socket>();
		const appPort = await listen(t, createServer({allowHalfOpen: true}, connection.resolve));
		const {port} = await createScene(t, {ports: [appPort]});
		const near = open(t, port);
		near.write(await clientHello(`127-5-0-2-${appPort}.pod.devmesh`));
		const far = await connection.promise;
		t.teardown(() => far.destroy());
		const [speaker, listener] = first === 'client' ? [near, far] : [far, near];
		const heard = readAll(listener);
		speaker.end('all');
		const {bytes, isEnded} = await heard;
		t.true(isEnded);
		t.regex(bytes.toString('latin1'), /all$/);
		const answer = readAll(speaker);
		listener.write('still ');
		listener.end('here');
		t.regex((await answer).bytes.toString('latin1'), /still here$/);
	});
}

test('who breaks off is not taken for one who has ended, on the way forth', async t => {
	const far = Promise.withResolvers<Socket>();
	const appPort = await listen(t, createServer({allowHalfOpen: true}, far.resolve));
	const {port} = await createScene(t, {ports: [appPort]});
	const client = connect({host: '127.0.0.1', port});
	client.write(await clientHello(`127-5-0-2-${appPort}.pod.devmesh`));
	const socket = await far.promise;
	await once(socket, 'data');
	socket.resetAndDestroy();
	const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
	t.is(error.code, 'ECONNRESET');
});

for (const breaker of ['process', 'container'] as const) {
	test(`who breaks off is not taken for one who has ended, on the way back: the ${breaker}`, async t => {
		const far = Promise.withResolvers<Socket>();
		const local = await listen(t, createServer({allowHalfOpen: true}, far.resolve), '127.0.0.1');
		const {port, backPort} = await createScene(t);
		keepBack(t, port, {local});
		const container = connect({host: '127.0.0.1', port: backPort});
		container.write(await clientHello('reviews-1.host.devmesh'));
		const process = await far.promise;
		await once(process, 'data');
		const [speaker, listener] = breaker === 'process' ? [process, container] : [container, process];
		const broken = once(listener, 'error') as Promise<[NodeJS.ErrnoException]>;
		speaker.resetAndDestroy();
		t.is((await broken)[0].code, 'ECONNRESET');
	});
}

test('a pod that does not read holds its caller up, and nothing is lost', async t => {
	const far = Promise.withResolvers<Socket>();
	const appPort = await listen(t, createServer({allowHalfOpen: true, pauseOnConnect: true}, far.resolve));
	const {port} = await createScene(t, {ports: [appPort]});
	const hello = await clientHello(`127-5-0-2-${appPort}.pod.devmesh`);
	const client = open(t, port);
	client.write(hello);
	const socket = await far.promise;
	t.teardown(() => socket.destroy());
	const size = 64 * 1024 * 1024;
	client.end(Buffer.alloc(size, 1));
	await new Promise(resolve => setTimeout(resolve, 300));
	t.true(client.writableLength > size / 4, `${client.writableLength} bytes wait at the caller`);
	const all = readAll(socket);
	socket.resume();
	t.is((await all).bytes.length, hello.length + size);
});

test('names that lead elsewhere are turned away: other networks, other ports, other words', async t => {
	let visits = 0;
	const count = () =>
		createServer(socket => {
			visits++;
			socket.end();
		});
	const allowed = await listen(t, count());
	const forbidden = await listen(t, count());
	const outside = await listen(t, count(), '127.6.0.2');
	const {port, backPort} = await createScene(t, {ports: [allowed, outside]});
	for (const name of [
		`127-5-0-2-${forbidden}.pod.devmesh`,
		`127-6-0-2-${outside}.pod.devmesh`,
		`127-5-0-2-0${allowed}.pod.devmesh`,
		`127-5-0-002-${allowed}.pod.devmesh`,
		`127-5-0-256-${allowed}.pod.devmesh`,
		`127-5-0-2-${allowed}.pod.devmesh.example.com`,
		`x.127-5-0-2-${allowed}.pod.devmesh`,
		`127-5-0-2-${allowed + 65_536}.pod.devmesh`,
		'reviews-1.host.devmesh',
		'example.com',
	]) {
		const client = open(t, port);
		client.write(await clientHello(name));
		t.true(await isTurnedAway(client), name);
	}

	for (const name of [
		`127-5-0-2-${allowed}.pod.devmesh`,
		'back.bridge.devmesh',
		'a.b.host.devmesh',
		'0.a.host.devmesh',
	]) {
		const client = open(t, backPort);
		client.write(await clientHello(name));
		t.true(await isTurnedAway(client), `${name} from a container`);
	}

	t.is(visits, 0);
});

test('a range of ports is open from its first to its last', async t => {
	const server = createServer(socket => socket.end('here'));
	const allowed = await listen(t, server);
	for (const [range, isOpen] of [
		[[allowed, allowed], true],
		[[allowed - 5, allowed + 5], true],
		[[allowed + 1, allowed + 5], false],
		[[allowed - 5, allowed - 1], false],
	] as const) {
		const {port} = await createScene(t, {ports: [range]});
		const client = open(t, port);
		client.write(await clientHello(`127-5-0-2-${allowed}.pod.devmesh`));
		t.is((await readAll(client)).bytes.toString(), isOpen ? 'here' : '', range.join('-'));
	}
});

test('a container says by the name which port of a local process it wants', async t => {
	const local = await listen(
		t,
		createServer(socket => socket.end('here')),
		'127.0.0.1',
	);
	const {port, backPort} = await createScene(t);
	const {asked} = keepBack(t, port, {local});
	for (const name of ['9000.reviews-1.host.devmesh', 'reviews-1.host.devmesh']) {
		const client = open(t, backPort);
		client.write(await clientHello(name));
		t.is((await readAll(client)).bytes.toString(), 'here');
	}

	t.deepEqual(asked, ['reviews-1:9000', 'reviews-1']);
});

test('whoever asks for the metrics is passed on to the host as it is', async t => {
	const local = await listen(
		t,
		createServer(socket => socket.once('data', piece => socket.end(`heard ${piece}`))),
		'127.0.0.1',
	);
	const {port, metricsPort} = await createScene(t);
	const {asked} = keepBack(t, port, {local});
	const client = open(t, metricsPort);
	client.write('GET /metrics');
	t.is((await readAll(client)).bytes.toString(), 'heard GET /metrics');
	t.deepEqual(asked, ['metrics']);
});

test('a pod that is not there ends its caller’s connection', async t => {
	const nobody = await freePort();
	const {port} = await createScene(t, {ports: [nobody]});
	const client = open(t, port);
	client.write(await clientHello(`127-5-0-2-${nobody}.pod.devmesh`));
	t.true(await isTurnedAway(client));
});

test('a bridge that is closed closes what it carries, also where one side has ended', async t => {
	const far = Promise.withResolvers<Socket>();
	const appPort = await listen(t, createServer({allowHalfOpen: true}, far.resolve));
	const {port, bridge} = await createScene(t, {ports: [appPort]});
	const client = open(t, port);
	client.end(await clientHello(`127-5-0-2-${appPort}.pod.devmesh`));
	const socket = await far.promise;
	await readAll(socket);
	bridge.close();
	const broken = once(socket, 'error') as Promise<[NodeJS.ErrnoException]>;
	const keepWriting = setInterval(() => socket.write('is anybody there?'), 5);
	t.teardown(() => clearInterval(keepWriting));
	t.true(['ECONNRESET', 'EPIPE'].includes((await broken)[0].code ?? ''));
	clearInterval(keepWriting);
});

test('garbage, half a hello and one that is too long are turned away', async t => {
	const {port, backPort} = await createScene(t);
	const hello = await clientHello('reviews-1.host.devmesh');
	for (const [bytes, isEnding] of [
		[Buffer.from('GET / HTTP/1.1\r\n\r\n'), false],
		[Buffer.alloc(100_000, 0xff), false],
		[Buffer.concat([Buffer.from([22, 3, 1, 0x40, 0, 1, 0, 0x40, 0]), Buffer.alloc(20_000)]), false],
		[hello.subarray(0, 40), true],
		[Buffer.alloc(0), true],
	] as const) {
		for (const at of [port, backPort]) {
			const client = open(t, at);
			client.write(bytes);
			if (isEnding) {
				client.end();
			}

			t.true(await isTurnedAway(client));
		}
	}
});

test('who does not say within ten seconds where to go is turned away', async t => {
	const clock = createManualClock();
	const {port} = await createScene(t, {clock});
	const client = open(t, port);
	client.write((await clientHello('a.b')).subarray(0, 40));
	const away = isTurnedAway(client);
	await until(() => clock.pending() > 0);
	await clock.advance(ms(9999));
	t.false(client.destroyed);
	await clock.advance(ms(1));
	t.true(await away);
});

test('a container reaches a local process by its name, end to end, more often than connections are kept', async t => {
	const server = createTlsServer({...meshServerOptions(serviceCertificate, trustedRoots)}, socket => {
		socket.on('data', piece => socket.write(`host heard ${piece}`));
	});
	const local = await listen(t, server, '127.0.0.1');
	const {port, backPort} = await createScene(t);
	const back = keepBack(t, port, {local, count: 2});
	const answers = await Promise.all(
		Array.from({length: 7}, async (_, index) => {
			const client = connectTls({
				...meshClientOptions(certificate, trustedRoots),
				host: '127.0.0.1',
				port: backPort,
				servername: 'reviews-v3-1.host.devmesh',
				checkServerIdentity: checkPeer(identity('reviews')),
			});
			client.end(`${index}`);
			return (await readAll(client)).bytes.toString();
		}),
	);
	t.deepEqual(
		answers,
		Array.from({length: 7}, (_, index) => `host heard ${index}`),
	);
	t.deepEqual(new Set(back.asked), new Set(['reviews-v3-1']));
	await until(() => back.idle() === 2);
});

for (const first of ['container', 'process'] as const) {
	test(`on the way back, when the ${first} has said all, the other may go on`, async t => {
		const far = Promise.withResolvers<Socket>();
		const local = await listen(t, createServer({allowHalfOpen: true}, far.resolve), '127.0.0.1');
		const {port, backPort} = await createScene(t);
		keepBack(t, port, {local});
		const near = open(t, backPort);
		const hello = await clientHello('reviews-1.host.devmesh');
		near.write(hello);
		const process = await far.promise;
		t.teardown(() => process.destroy());
		const [speaker, listener] = first === 'container' ? [near, process] : [process, near];
		const heard = readAll(listener);
		speaker.end('all');
		const {bytes, isEnded} = await heard;
		t.true(isEnded);
		t.regex(bytes.toString('latin1'), /all$/);
		const answer = readAll(speaker);
		listener.write('still ');
		listener.end('here');
		t.regex((await answer).bytes.toString('latin1'), /still here$/);
	});
}

test('on the way back, eight megabytes each way arrive whole', async t => {
	const size = 8 * 1024 * 1024;
	const echo = createServer({allowHalfOpen: true}, socket => socket.pipe(socket));
	const local = await listen(t, echo, '127.0.0.1');
	const {port, backPort} = await createScene(t);
	keepBack(t, port, {local});
	const hello = await clientHello('reviews-1.host.devmesh');
	const client = open(t, backPort);
	client.write(hello);
	client.end(Buffer.alloc(size, 5));
	const {bytes} = await readAll(client);
	t.is(bytes.length, hello.length + size);
	t.true(bytes.equals(Buffer.concat([hello, Buffer.alloc(size, 5)])));
});

test('an instance that the control plane does not know, and one that does not listen, are closed', async t => {
	const {port, backPort} = await createScene(t);
	const back = keepBack(t, port);
	const client = open(t, backPort);
	client.write(await clientHello('nobody-1.host.devmesh'));
	t.true(await isTurnedAway(client));
	t.deepEqual(back.asked, ['nobody-1']);
	const other = await createScene(t);
	keepBack(t, other.port, {local: await freePort()});
	const second = open(t, other.backPort);
	second.write(await clientHello('reviews-1.host.devmesh'));
	t.true(await isTurnedAway(second));
});

test('a container waits five seconds for the control plane, and is served when it comes within', async t => {
	const clock = createManualClock();
	const local = await listen(
		t,
		createServer(socket => socket.end('here')),
		'127.0.0.1',
	);
	const {port, backPort} = await createScene(t, {clock});
	const hello = await clientHello('reviews-1.host.devmesh');
	const unlucky = open(t, backPort);
	unlucky.write(hello);
	const away = isTurnedAway(unlucky);
	// The limit for the hello, then the wait of five seconds.
	await new Promise(resolve => setTimeout(resolve, 100));
	await until(() => clock.pending() === 1);
	await clock.advance(ms(4999));
	t.false(unlucky.destroyed);
	await clock.advance(ms(1));
	t.true(await away);

	const lucky = open(t, backPort);
	lucky.write(hello);
	await new Promise(resolve => setTimeout(resolve, 100));
	keepBack(t, port, {local});
	t.is((await readAll(lucky)).bytes.toString(), 'here');
});

test('only the control plane may take what containers send', async t => {
	const {port, backPort} = await createScene(t);
	const back = keepBack(t, port, {local: 1, caller: serviceCertificate});
	const client = connectTls({
		...meshClientOptions(serviceCertificate, trustedRoots),
		host: '127.0.0.1',
		port,
		servername: 'back.bridge.devmesh',
		checkServerIdentity: checkPeer(identity(proxyIdentity)),
	});
	t.true(await isTurnedAway(client));
	t.deepEqual(back.asked, []);
	const caller = open(t, backPort);
	caller.write(await clientHello('reviews-1.host.devmesh'));
	await new Promise(resolve => setTimeout(resolve, 100));
	t.deepEqual(back.asked, []);
});

test('a bridge that was started again is found again', async t => {
	const local = await listen(
		t,
		createServer(socket => socket.end('here')),
		'127.0.0.1',
	);
	const {port, backPort, bridge, start} = await createScene(t);
	const back = keepBack(t, port, {local});
	await until(() => back.idle() === 4);
	bridge.close();
	await until(() => back.idle() === 0);
	const again = await start();
	t.teardown(again.close);
	const client = open(t, backPort);
	client.write(await clientHello('reviews-1.host.devmesh'));
	t.is((await readAll(client)).bytes.toString(), 'here');
});

test('a control plane that lets go leaves no connection', async t => {
	const {port} = await createScene(t);
	const back = keepBack(t, port);
	await until(() => back.idle() === 4);
	back.close();
	await until(() => back.idle() === 0);
	t.pass();
});

test('a renewed certificate is shown from the next connection on', async t => {
	const {port, bridge} = await createScene(t);
	const renewed = await authority.issue(proxyIdentity);
	bridge.replaceCertificate(renewed, trustedRoots);
	const client = connectTls({
		...meshClientOptions(ownCertificate, trustedRoots),
		host: '127.0.0.1',
		port,
		servername: 'back.bridge.devmesh',
		checkServerIdentity: checkPeer(identity(proxyIdentity)),
	});
	t.teardown(() => client.destroy());
	await once(client, 'secureConnect');
	t.true(renewed.certPem.includes(client.getPeerX509Certificate()?.toString().split('\n')[1] ?? 'nothing'));
});

/** A container's sidecar that calls a local process. */
const callLocal = (t: ExecutionContext, port: number, caller: typeof ownCertificate, server = 'reviews') => {
	const carrier = connect({host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true});
	const client = connectTls({
		...meshClientOptions(caller, trustedRoots),
		socket: carrier,
		servername: 'tool-1.host.devmesh',
		checkServerIdentity: checkPeer(identity(server)),
	});
	t.teardown(() => client.destroy());
	client.on('error', () => {});
	return client;
};

for (const first of ['container', 'process'] as const) {
	test(`before an app without a sidecar, TLS ends; when the ${first} has said all, the other may go on`, async t => {
		const far = Promise.withResolvers<Socket>();
		const local = await listen(t, createServer({allowHalfOpen: true}, far.resolve), '127.0.0.1');
		const {port, backPort} = await createScene(t);
		keepBack(t, port, {local, shown: serviceCertificate});
		const near = callLocal(t, backPort, ownCertificate);
		const process = await far.promise;
		t.teardown(() => process.destroy());
		const [speaker, listener] = first === 'container' ? [near, process] : [process, near];
		const heard = readAll(listener);
		speaker.end('all');
		t.deepEqual(await heard, {bytes: Buffer.from('all'), isEnded: true});
		const answer = readAll(speaker);
		listener.write('still ');
		listener.end('here');
		t.deepEqual(await answer, {bytes: Buffer.from('still here'), isEnded: true});
	});
}

test('an app without a sidecar is called by the mesh alone, and who calls one that does not listen is told in the handshake', async t => {
	const stranger = await createMeshAuthority({trustDomain: 'test.local', namespace: meshNamespace, clock: systemClock});
	const local = await listen(
		t,
		createServer(socket => socket.on('error', () => {}).end('at your service')),
		'127.0.0.1',
	);
	const {port, backPort} = await createScene(t);
	const {close} = keepBack(t, port, {local, shown: serviceCertificate});
	t.is((await readAll(callLocal(t, backPort, ownCertificate))).bytes.toString(), 'at your service');
	t.true(await isTurnedAway(callLocal(t, backPort, await stranger.issue('web'))));
	close();
	keepBack(t, port, {local: await freePort(), shown: serviceCertificate});
	const client = callLocal(t, backPort, ownCertificate);
	const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
	t.is(error.code, 'ECONNRESET');
	t.false(client.authorized);
});
