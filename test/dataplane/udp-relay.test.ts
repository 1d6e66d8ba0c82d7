import {createSocket, type Socket} from 'node:dgram';
import {once} from 'node:events';
import type {AddressInfo} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import {SnapshotRefused} from '../../src/dataplane/snapshot-refused.ts';
import {openUdpRelay, type UdpLimits} from '../../src/dataplane/udp-relay.ts';
import type {EndpointState, SidecarIdentity, UdpEndpoint, UdpListener} from '../../src/model/snapshot.ts';
import {createRequestStats} from '../../src/telemetry/request-stats.ts';

const caller: SidecarIdentity = {
	service: 'web',
	version: 'default',
	spiffeId: 'spiffe://test.local/ns/default/sa/web',
	trustDomain: 'test.local',
};

const bound = async (t: ExecutionContext): Promise<Socket> => {
	const socket = createSocket('udp4');
	socket.bind(0, '127.0.0.1');
	await once(socket, 'listening');
	t.teardown(() => socket.close());
	return socket;
};

/** An app that repeats what it is told, after its own name. */
const startApp = async (t: ExecutionContext, id: string, state: EndpointState = 'ready'): Promise<UdpEndpoint> => {
	const socket = await bound(t);
	socket.on('message', (datagram, {port, address}) => socket.send(`${id} heard ${datagram}`, port, address));
	return {id, version: 'v1', address: '127.0.0.1', port: socket.address().port, state};
};

const start = async (t: ExecutionContext, endpoints: readonly UdpEndpoint[], limits: Partial<UdpLimits> = {}) => {
	const probe = createSocket('udp4');
	probe.bind(0, '127.0.0.1');
	await once(probe, 'listening');
	const {port} = probe.address() as AddressInfo;
	await new Promise<void>(resolve => probe.close(resolve));
	const listener: UdpListener = {name: 'udp:echo:5353', address: '127.0.0.1', port, destination: 'echo', endpoints};
	const clock = createManualClock();
	const counter = createRequestStats();
	const relay = await openUdpRelay(listener, {clock, counter, caller, limits});
	t.teardown(relay.close);
	return {listener, relay, clock, counts: () => counter.read().connections};
};

/** Sends and gives what comes back. */
const ask = async (socket: Socket, {port}: UdpListener, words: string): Promise<string> => {
	const answer = once(socket, 'message');
	socket.send(words, port, '127.0.0.1');
	const [datagram, from] = (await answer) as [Buffer, AddressInfo];
	return from.port === port ? String(datagram) : `${datagram} from another port`;
};

test('datagrams go to an instance and its answers come back by the same way', async t => {
	const {listener, counts} = await start(t, [await startApp(t, 'echo-1')]);
	const client = await bound(t);
	t.is(await ask(client, listener, 'one'), 'echo-1 heard one');
	t.is(await ask(client, listener, 'three'), 'echo-1 heard three');
	t.like(counts()[0], {source: 'web', destination: 'echo', version: 'v1', opened: 1, closed: 0});
	t.like(counts()[0], {receivedBytes: 8, sentBytes: 'echo-1 heard oneecho-1 heard three'.length});
});

test('a sender stays with its instance, another one goes to the next', async t => {
	const {listener} = await start(t, [await startApp(t, 'echo-1'), await startApp(t, 'echo-2')]);
	const [one, two] = [await bound(t), await bound(t)];
	t.is(await ask(one, listener, 'a'), 'echo-1 heard a');
	t.is(await ask(two, listener, 'b'), 'echo-2 heard b');
	t.is(await ask(one, listener, 'c'), 'echo-1 heard c');
});

test('instances that are not ready are left out', async t => {
	const {listener} = await start(t, [await startApp(t, 'echo-1', 'down'), await startApp(t, 'echo-2')]);
	t.is(await ask(await bound(t), listener, 'a'), 'echo-2 heard a');
	t.is(await ask(await bound(t), listener, 'b'), 'echo-2 heard b');
});

test('a sender whose instance is gone goes to another one', async t => {
	const [one, two] = [await startApp(t, 'echo-1'), await startApp(t, 'echo-2')];
	const {listener, relay, counts} = await start(t, [one]);
	const client = await bound(t);
	t.is(await ask(client, listener, 'a'), 'echo-1 heard a');
	relay.update({...listener, endpoints: [{...one, state: 'down'}, two]});
	t.is(await ask(client, listener, 'b'), 'echo-2 heard b');
	t.like(counts()[0], {opened: 2, closed: 1});
});

test('a sender is forgotten when both sides have been silent for long, not before', async t => {
	const {listener, clock, counts} = await start(t, [await startApp(t, 'echo-1')], {idleMs: ms(1000)});
	const client = await bound(t);
	await ask(client, listener, 'a');
	await clock.advance(ms(999));
	await ask(client, listener, 'b');
	await clock.advance(ms(999));
	t.like(counts()[0], {opened: 1, closed: 0});
	await clock.advance(ms(1));
	t.like(counts()[0], {opened: 1, closed: 1});
	await ask(client, listener, 'c');
	t.like(counts()[0], {opened: 2, closed: 1});
});

test('one sender too many takes the place of the one that has been silent for longest', async t => {
	const {listener, counts} = await start(t, [await startApp(t, 'echo-1')], {senders: 2});
	const [one, two, three] = [await bound(t), await bound(t), await bound(t)];
	await ask(one, listener, 'a');
	await ask(two, listener, 'b');
	await ask(one, listener, 'c');
	await ask(three, listener, 'd');
	t.like(counts()[0], {opened: 3, closed: 1});
	await ask(one, listener, 'e');
	t.like(counts()[0], {opened: 3, closed: 1}, 'the first has spoken since');
});

test('without an instance, a datagram is dropped and counted', async t => {
	const {listener, counts} = await start(t, []);
	const client = await bound(t);
	client.send('lost', listener.port, '127.0.0.1');
	const lost = () => counts().find(({flags}) => flags === 'UH');
	while (!lost()) {
		await new Promise(resolve => setImmediate(resolve));
	}

	t.like(lost(), {source: 'web', destination: 'echo', closed: 1});
});

test('when nobody listens at an instance, the next datagram tries again', async t => {
	const app = await startApp(t, 'echo-1');
	const gone = createSocket('udp4');
	gone.bind(0, '127.0.0.1');
	await once(gone, 'listening');
	const {port} = gone.address();
	await new Promise<void>(resolve => gone.close(resolve));
	const {listener, counts} = await start(t, [{...app, id: 'echo-0', port}, app]);
	const client = await bound(t);
	client.send('lost', listener.port, '127.0.0.1');
	while (!counts().some(({flags}) => flags === 'UF')) {
		await new Promise(resolve => setImmediate(resolve));
	}

	t.is(await ask(client, listener, 'again'), 'echo-1 heard again');
});

test('a taken port is refused by its name', async t => {
	const {listener} = await start(t, []);
	const error = await t.throwsAsync(
		openUdpRelay(listener, {clock: createManualClock(), counter: createRequestStats(), caller}),
		{instanceOf: SnapshotRefused},
	);
	t.like(error?.problem, {listener: 'udp:echo:5353', code: 'EADDRINUSE'});
});
