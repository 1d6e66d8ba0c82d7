import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import test, {type ExecutionContext} from 'ava';
import {meshConfig, workload} from '../support/mesh-config.ts';
import {createScene} from '../support/scene.ts';

const startEcho = async (t: ExecutionContext): Promise<number> => {
	const socket = createSocket('udp4');
	socket.on('message', (datagram, {port, address}) => socket.send(`heard ${datagram}`, port, address));
	socket.bind(0, '127.0.0.1');
	await once(socket, 'listening');
	t.teardown(() => socket.close());
	return socket.address().port;
};

test('local processes send each other datagrams, from the save on that names the port', async t => {
	const apps = {'echo-1:5353/udp': await startEcho(t)};
	const before = meshConfig({services: [workload('web'), workload('echo')]});
	const after = meshConfig({services: [workload('web'), workload('echo', {udpPorts: [{port: 5353}]})]});
	const scene = await createScene(t, before, {apps});
	t.true(scene.snapshots().every(({udp}) => udp === undefined));
	await scene.publish(after);
	const client = createSocket('udp4');
	t.teardown(() => client.close());
	client.connect(scene.portOf('web-1/udp:echo:5353'), '127.0.0.1');
	await once(client, 'connect');
	client.send('hello');
	t.is(String((await once(client, 'message'))[0]), 'heard hello');
	const stats = scene.proxies.get('web-1')?.stats().connections;
	t.like(stats?.[0], {source: 'web', destination: 'echo', opened: 1, receivedBytes: 5, sentBytes: 11});
	await scene.publish(before);
	t.like(scene.proxies.get('web-1')?.stats().connections[0], {closed: 1});
});
