import {createSocket} from 'node:dgram';
import {Resolver} from 'node:dns/promises';
import {once} from 'node:events';
import {type AddressInfo, connect} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import {systemClock} from '../../src/common/clock.ts';
import {startDnsResponder} from '../../src/sidecar/dns-responder.ts';
import {freePort} from '../support/scene.ts';

const names = {ratings: '127.64.0.66', 'ratings.default.svc.cluster.local': '127.64.0.66'};

const start = async (t: ExecutionContext, upstreams: readonly string[] = []) => {
	const config = {address: '127.0.0.1', port: await freePort(), names, upstreams};
	const responder = await startDnsResponder(config, systemClock);
	t.teardown(responder.close);
	const resolver = new Resolver({timeout: 2000, tries: 1});
	resolver.setServers([`127.0.0.1:${config.port}`]);
	return {config, responder, resolver};
};

/** A name server that knows everything to be at 192.0.2.7. */
const startUpstream = async (t: ExecutionContext): Promise<string> => {
	const socket = createSocket('udp4');
	t.teardown(() => socket.close());
	socket.on('message', (message, {address, port}) => {
		const {id = 0, questions = []} = dnsPacket.decode(message);
		const answers = questions.map(({name}) => ({type: 'A', name, ttl: 60, data: '192.0.2.7'}) as const);
		socket.send(dnsPacket.encode({type: 'response', id, questions, answers}), port, address);
	});
	socket.bind(0, '127.0.0.1');
	await once(socket, 'listening');
	return `127.0.0.1:${(socket.address() as AddressInfo).port}`;
};

test('a service is found by its names, whatever their case, and has no IPv6 address', async t => {
	const {resolver} = await start(t);
	t.deepEqual(await resolver.resolve4('ratings'), ['127.64.0.66']);
	t.deepEqual(await resolver.resolve4('Ratings.Default.SVC.cluster.local'), ['127.64.0.66']);
	await t.throwsAsync(resolver.resolve6('ratings'), {code: 'ENODATA'});
});

test('other names are passed on, to the next server when one does not answer', async t => {
	const {resolver} = await start(t, [`127.0.0.1:${await freePort()}`, await startUpstream(t)]);
	t.deepEqual(await resolver.resolve4('example.com'), ['192.0.2.7']);
});

test('an address of loopback has no name, and nobody else is asked for it', async t => {
	const {resolver} = await start(t, [await startUpstream(t)]);
	await t.throwsAsync(resolver.reverse('127.0.0.6'), {code: 'ENOTFOUND'});
	await t.throwsAsync(resolver.reverse('127.64.0.66'), {code: 'ENOTFOUND'});
});

test('without anybody to ask, a failure is said at once', async t => {
	const {resolver} = await start(t);
	await t.throwsAsync(resolver.resolve4('example.com'), {code: 'ESERVFAIL'});
});

test('names of a newer snapshot are answered from then on, those of the old one no more', async t => {
	const {config, responder, resolver} = await start(t);
	responder.update({...config, names: {reviews: '127.64.0.67'}});
	t.deepEqual(await resolver.resolve4('reviews'), ['127.64.0.67']);
	await t.throwsAsync(resolver.resolve4('ratings'), {code: 'ESERVFAIL'});
});

test('questions come over TCP, too, in pieces and several on one connection', async t => {
	const {config} = await start(t);
	const socket = connect(config.port, '127.0.0.1');
	t.teardown(() => socket.destroy());
	const question = (id: number) => {
		const packet = dnsPacket.encode({type: 'query', id, questions: [{type: 'A', name: 'ratings'}]});
		return Buffer.concat([Buffer.from([packet.length >> 8, packet.length & 255]), packet]);
	};
	const both = Buffer.concat([question(1), question(2)]);
	socket.write(both.subarray(0, 5));
	socket.write(both.subarray(5));
	let bytes = Buffer.alloc(0);
	const ids: number[] = [];
	for await (const chunk of socket) {
		bytes = Buffer.concat([bytes, chunk as Buffer]);
		while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
			const end = 2 + bytes.readUInt16BE(0);
			const {id = 0, answers = []} = dnsPacket.decode(bytes.subarray(2, end));
			t.is((answers[0] as {readonly data?: string}).data, '127.64.0.66');
			ids.push(id);
			bytes = bytes.subarray(end);
		}

		if (ids.length === 2) {
			break;
		}
	}

	t.deepEqual(ids.sort(), [1, 2]);
});

test('packets that are no questions are not answered and do no harm', async t => {
	const {config, resolver} = await start(t);
	const socket = createSocket('udp4');
	t.teardown(() => socket.close());
	for (const bytes of fc.sample(fc.uint8Array({maxLength: 64}), 300)) {
		socket.send(bytes, config.port, '127.0.0.1');
	}

	t.deepEqual(await resolver.resolve4('ratings'), ['127.64.0.66']);
});
