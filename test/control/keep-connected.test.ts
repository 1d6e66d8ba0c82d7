import {createServer} from 'node:net';
import test from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import {keepConnected} from '../../src/control/keep-connected.ts';
import {connectProxy} from '../../src/control/proxy-link.ts';
import {controlPlaneIdentity, meshNamespace} from '../../src/model/system-identity.ts';
import {createMeshAuthority} from '../../src/pki/mesh-authority.ts';
import {listenFor} from '../support/scene.ts';

test('whoever accepts and never greets is given up and dialled again', async t => {
	const authority = await createMeshAuthority({
		trustDomain: 'test.local',
		namespace: meshNamespace,
		clock: systemClock,
	});
	const certificate = await authority.issue(controlPlaneIdentity);
	const dialled = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
	let count = 0;
	const silent = createServer(socket => {
		socket.resume();
		socket.on('error', () => {});
		dialled[count]?.resolve();
		count++;
	});
	const port = await listenFor(t, silent);
	const clock = createManualClock();
	const connection = keepConnected(
		signal =>
			connectProxy({
				port,
				certificate,
				trustedRoots: [authority.rootPem],
				proxy: 'spiffe://test.local/ns/default/sa/none',
				signal,
				onMessage: () => {},
			}),
		clock,
		() => {},
	);
	t.teardown(connection.close);
	await dialled[0]?.promise;
	await clock.advance(ms(5000));
	// The pause begins when the socket is closed, which the clock does not see.
	while (clock.pending() === 0) {
		await new Promise(resolve => setImmediate(resolve));
	}

	await clock.advance(ms(10));
	await dialled[1]?.promise;
	t.is(connection.current(), undefined);
});
